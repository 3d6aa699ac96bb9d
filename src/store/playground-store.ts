/** The playground: up to two models side by side, their prompts, and their responses token by token. */
import { create } from 'zustand';
import {
  POLICY,
  START,
  type ChatTurn,
  type PlaygroundAnswer,
  type PlaygroundEvent,
  type PlaygroundModel,
  type PlaygroundStart,
  type PlaygroundToken,
  type ResponseEnd,
  type Sampling,
} from '../views/playground.ts';
import type { ErrorView } from '../views/result.ts';
import { studioApi } from './connection.ts';
import { useRun } from './run-store.ts';

export type Side = 0 | 1;
export const SIDES: readonly Side[] = [0, 1];

export interface Column {
  /** Id of the chosen model; empty: none. */
  model: string;
  /** The model's name when the prompt was sent; empty before. */
  asked: string;
  /** Set once it is loaded. */
  facts: PlaygroundModel | undefined;
  busy: boolean;
  /** Chat turns before the newest message. */
  turns: ChatTurn[];
  /** The prompt of the newest response: a text, or a chat message. */
  question: string;
  prompt: PlaygroundToken[];
  response: PlaygroundToken[];
  answer: PlaygroundAnswer | undefined;
  error: ErrorView | undefined;
}

/** One text under both models. */
export interface Difference {
  /** The column of the text. */
  of: Side;
  promptLength: number;
  tokens: [PlaygroundToken[], PlaygroundToken[]] | undefined;
  error: ErrorView | undefined;
}

interface PlaygroundState {
  mode: 'text' | 'chat';
  text: string;
  sampling: Sampling;
  /** Two models side by side. */
  comparing: boolean;
  columns: [Column, Column];
  /** The column whose text is compared. */
  reading: Side;
  difference: Difference | undefined;
  edit: (fields: Partial<Pick<PlaygroundState, 'mode' | 'text' | 'comparing'>>) => void;
  setSampling: (change: Partial<Sampling>) => void;
  /** Chooses a model and loads it; discards its earlier responses. */
  choose: (side: Side, model: string) => Promise<void>;
  /** Sends the prompt to each column's model. */
  ask: () => Promise<void>;
  /** Continues from an alternative token at a position of a column's prompt or response. */
  goOn: (side: Side, place: { part: 'prompt' | 'response'; index: number }, token: number) => Promise<void>;
  stop: () => void;
  /** Starts a new chat. */
  clear: () => void;
  setReading: (side: Side) => Promise<void>;
}

const emptyColumn = (model = ''): Column => ({
  model,
  asked: '',
  facts: undefined,
  busy: false,
  turns: [],
  question: '',
  prompt: [],
  response: [],
  answer: undefined,
  error: undefined,
});
/** A model's display name; the run's models include its progress. */
export function labelOf(model: string): string {
  const { frame, models } = useRun.getState();
  if (model === POLICY)
    return frame ? (frame.policyStep ? `trained policy, ${frame.policyStep}` : 'policy before its first step') : '';
  if (model === START) return 'initial weights';
  return models.find(({ id }) => id === model)?.name ?? '';
}

const ids = (tokens: readonly PlaygroundToken[]) => tokens.map(({ id }) => id);

export const usePlayground = create<PlaygroundState>()((set, get) => {
  const change = (side: Side, fields: Partial<Column>) =>
    set(({ columns: [left, right] }) => ({
      columns: side === 0 ? [{ ...left, ...fields }, right] : [left, { ...right, ...fields }],
    }));
  const active = (): Side[] =>
    SIDES.filter((side) => (side === 0 || get().comparing) && get().columns[side].model !== '');

  const respond = async (side: Side, start: PlaygroundStart): Promise<void> => {
    const { model } = get().columns[side];
    change(side, { busy: true, error: undefined, answer: undefined, asked: labelOf(model) });
    set({ difference: undefined });
    const result = await studioApi().respond(side, { model, start, sampling: get().sampling });
    // Another model was chosen meanwhile: this response is discarded.
    if (get().columns[side].model !== model) return;
    if (result.ok)
      change(side, { busy: false, answer: result.value, prompt: result.value.prompt, response: result.value.response });
    else change(side, { busy: false, ...(result.error.kind !== 'cancelled' && { error: result.error }) });
  };

  /** Scores the text of one column under both models, once both are idle. */
  const readBoth = async (): Promise<void> => {
    const { comparing, columns, reading: of } = get();
    const { prompt, response } = columns[of];
    if (!comparing || columns.some(({ model, busy }) => model === '' || busy) || response.length === 0) return;
    const pending: Difference = { of, promptLength: prompt.length, tokens: undefined, error: undefined };
    set({ difference: pending });
    const result = await studioApi().compareText(
      columns.map(({ model }) => model),
      ids([...prompt, ...response]),
    );
    if (get().difference !== pending) return;
    if (!result.ok) set({ difference: { ...pending, error: result.error } });
    else set({ difference: { ...pending, tokens: result.value as [PlaygroundToken[], PlaygroundToken[]] } });
  };

  return {
    mode: 'text',
    text: '',
    sampling: { temperature: 1, topK: 0, topP: 1, maxTokens: 64, seed: 1 },
    comparing: false,
    columns: [emptyColumn(), emptyColumn()],
    reading: 1,
    difference: undefined,
    edit: (fields) => set({ ...fields, ...(fields.comparing !== undefined && { difference: undefined }) }),
    setSampling: (fields) => set(({ sampling }) => ({ sampling: { ...sampling, ...fields } })),

    choose: async (side, model) => {
      if (get().columns[side].busy) await studioApi().stopResponses();
      change(side, { ...emptyColumn(model), busy: model !== '' });
      set({ difference: undefined });
      if (model === '') return;
      const opened = await studioApi().openModel(model);
      if (get().columns[side].model !== model) return;
      if (opened.ok) change(side, { busy: false, facts: opened.value });
      else change(side, { busy: false, error: opened.error });
    },

    ask: async () => {
      const { mode, text } = get();
      if (mode === 'chat') set({ text: '' });
      await Promise.all(
        active().map((side) => {
          const { turns: earlier, question, answer } = get().columns[side];
          if (mode === 'text') {
            change(side, { turns: [], question: text, prompt: [], response: [] });
            return respond(side, { text });
          }
          const turns: ChatTurn[] = answer
            ? [...earlier, { role: 'user', content: question }, { role: 'assistant', content: answer.text }]
            : earlier;
          change(side, { turns, question: text, prompt: [], response: [] });
          return respond(side, { messages: [...turns, { role: 'user', content: text }] });
        }),
      );
      await readBoth();
    },

    goOn: async (side, { part, index }, token) => {
      const { prompt, response } = get().columns[side];
      const before = part === 'prompt' ? prompt.slice(0, index) : [...prompt, ...response.slice(0, index)];
      const tokens = [...ids(before), token];
      await respond(side, { tokens, promptLength: part === 'prompt' ? tokens.length : prompt.length });
      await readBoth();
    },

    stop: () => void studioApi().stopResponses(),
    clear: () => {
      for (const side of SIDES)
        change(side, { turns: [], question: '', prompt: [], response: [], answer: undefined, error: undefined });
      set({ difference: undefined });
    },
    setReading: async (side) => {
      set({ reading: side });
      await readBoth();
    },
  };
});

export const endText: Record<ResponseEnd, string> = {
  end: 'end of text',
  length: 'stopped at max new tokens',
  positions: 'stopped at the model\u2019s last position',
  stopped: 'stopped',
};

/** Applies token events from the worker. */
export function receivePlayground(event: PlaygroundEvent): void {
  usePlayground.setState(({ columns: [left, right] }) => {
    const of = (column: Column, side: Side): Column => {
      if (event.column !== side || !column.busy) return column;
      if (event.type === 'playground-begin') return { ...column, prompt: event.prompt, response: event.response };
      return { ...column, response: [...column.response.slice(0, event.from), ...event.tokens] };
    };
    return { columns: [of(left, 0), of(right, 1)] };
  });
}

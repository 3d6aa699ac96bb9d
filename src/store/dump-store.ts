/** The token dump that the Compare page shows: its file, the chosen step, strategies on it, and its responses. */
import { create } from 'zustand';
import type { StrategyConfig } from '../run/strategies/strategy-config.ts';
import type { DumpComparison, DumpFacts, DumpOrder, DumpRollouts } from '../views/dump.ts';
import type { PickedFile } from '../views/models.ts';
import type { ErrorView } from '../views/result.ts';
import { studioApi } from './connection.ts';

/** Responses that a page of the list has. */
export const SHOWN_RESPONSES = 10;

interface DumpState {
  facts: DumpFacts | undefined;
  /** Name and share of the file that is being read. */
  reading: { name: string; share: number } | undefined;
  step: number | undefined;
  strategies: StrategyConfig[];
  /** The strategies are being compared. */
  busy: boolean;
  comparison: DumpComparison | undefined;
  order: DumpOrder;
  /** First response of the list. */
  first: number;
  responses: DumpRollouts | undefined;
  error: ErrorView | undefined;
  open: (file: PickedFile) => Promise<void>;
  cancel: () => void;
  setStep: (step: number) => Promise<void>;
  setStrategies: (strategies: StrategyConfig[]) => Promise<void>;
  show: (list: Partial<Pick<DumpState, 'order' | 'first'>>) => Promise<void>;
}

export const useDump = create<DumpState>()((set, get) => {
  /** Counts requests: only the newest one's answer is shown. */
  let newest = 0;
  const listed = async () => {
    const { step, order, first } = get();
    if (step === undefined) return;
    const answer = await studioApi().dumpRollouts(step, order, first, SHOWN_RESPONSES);
    if (answer.ok && get().step === step && get().order === order && get().first === first)
      set({ responses: answer.value });
  };
  const compare = async () => {
    const { step, strategies } = get();
    if (step === undefined || strategies.length === 0) return;
    const request = ++newest;
    set({ busy: true, error: undefined });
    const answer = await studioApi().compareOnDump(step, strategies);
    if (request !== newest) return;
    if (!answer.ok) {
      set({ busy: false, ...(answer.error.kind !== 'cancelled' && { error: answer.error }) });
      return;
    }
    set({ busy: false, comparison: answer.value });
    await listed();
  };
  return {
    facts: undefined,
    reading: undefined,
    step: undefined,
    strategies: [{ name: 'gppo' }, { name: 'ppo' }, { name: 'clip-higher' }, { name: 'cispo' }, { name: 'importance' }],
    busy: false,
    comparison: undefined,
    order: 'outside',
    first: 0,
    responses: undefined,
    error: undefined,
    open: async (picked) => {
      newest += 1;
      const name = picked.file.name;
      set({
        reading: { name, share: 0 },
        facts: undefined,
        step: undefined,
        busy: false,
        comparison: undefined,
        responses: undefined,
        first: 0,
        error: undefined,
      });
      const answer = await studioApi().openDump(picked);
      if (!answer.ok) {
        // A newer file cancels the reading of this one, whose answer is not its own.
        if (answer.error.kind !== 'cancelled') set({ reading: undefined, error: answer.error });
        else if (get().reading?.name === name) set({ reading: undefined });
        return;
      }
      set({ reading: undefined, facts: answer.value, step: answer.value.steps.at(-1)?.step });
      await compare();
    },
    cancel: () => void studioApi().cancelDump(),
    setStep: async (step) => {
      set({ step, first: 0, responses: undefined });
      await compare();
    },
    setStrategies: async (strategies) => {
      set({ strategies });
      await compare();
    },
    show: async (list) => {
      set({ ...(list.order && { first: 0 }), ...list });
      await listed();
    },
  };
});

/** Progress of reading, from the worker. */
export function onDumpProgress(done: number, total: number): void {
  const { reading } = useDump.getState();
  if (reading) useDump.setState({ reading: { ...reading, share: total > 0 ? done / total : 0 } });
}

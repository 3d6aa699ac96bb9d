/** The bench for rewards: responses that are typed or taken from a run, graded by the recipe's rewards while typing. */
import { create } from 'zustand';
import { textAt, type Row } from '../data/row.ts';
import type { RunConfig } from '../run/config.ts';
import type { RolloutView } from '../run/step-record.ts';
import { MOST_BENCH_ITEMS, type BenchGrades, type BenchItem } from '../views/reward-bench.ts';
import type { ErrorView } from '../views/result.ts';
import { studioApi } from './connection.ts';
import { useRecipe } from './recipe-store.ts';

export type Separation = 'lines' | 'blocks';

/** What is typed, before it is read. */
export interface BenchText {
  responses: string;
  /** One response per line, or blocks with a line of three dashes between them. */
  separation: Separation;
  answer: string;
  /** Other fields of the row, as JSON; may be empty. */
  row: string;
  finished: boolean;
}

/** A response of a run, with its prompt. */
export interface RunItem extends BenchItem {
  prompt: string;
}

interface RewardBenchState extends BenchText {
  /** Rows of the data to choose from. */
  rows: readonly Row[];
  /** Place of the chosen one in `rows`; undefined: typed. */
  chosen: number | undefined;
  /** Responses of a run, which replace the typed ones. */
  ofRun: { items: readonly RunItem[]; step: number } | undefined;
  busy: boolean;
  /** What was graded, with its grades. */
  result: { items: readonly BenchItem[]; grades: BenchGrades } | undefined;
  error: ErrorView | undefined;
  /** Takes the rows of the task's data; the first is chosen unless something is typed. */
  takeRows: (rows: readonly Row[]) => void;
  edit: (change: Partial<BenchText>) => void;
  chooseRow: (index: number | undefined) => void;
  useRun: (rollouts: readonly RolloutView[], step: number) => void;
  typeResponses: () => void;
  /** Grades what is there now; a later call wins. */
  grade: () => Promise<void>;
}

export const useRewardBench = create<RewardBenchState>()((set, get) => {
  let number = 0;
  return {
    responses: '',
    separation: 'lines',
    answer: '',
    row: '',
    finished: true,
    rows: [],
    chosen: undefined,
    ofRun: undefined,
    busy: false,
    result: undefined,
    error: undefined,
    takeRows: (rows) => {
      const same = JSON.stringify(rows, plain) === JSON.stringify(get().rows, plain);
      if (same) return;
      set({ rows, chosen: undefined });
      const { answer, row } = get();
      if (rows.length > 0 && answer === '' && row === '') get().chooseRow(0);
    },
    edit: (change) => set(change),
    chooseRow: (chosen) => {
      const row = chosen === undefined ? undefined : get().rows[chosen];
      if (!row) return set({ chosen: undefined });
      const task = useRecipe.getState().config.task;
      const column = answerColumn(task);
      set({ chosen, row: rowText(row), answer: (column && textAt(row, column)) ?? '' });
    },
    useRun: (rollouts, step) => set({ ofRun: { items: rollouts.flatMap(itemOf), step } }),
    typeResponses: () => set({ ofRun: undefined }),
    grade: async () => {
      const mine = ++number;
      const { config, problems } = useRecipe.getState();
      const wrong = Object.entries(problems).find(([path]) => path.startsWith('task.rewards'));
      if (wrong) {
        const error: ErrorView = { kind: 'input', message: wrong[1], advice: '', field: wrong[0] };
        return set({ error, busy: false, result: undefined });
      }
      const read = get().ofRun?.items ?? benchItems(get());
      if ('problem' in read) return set({ error: inputProblem(read.problem), busy: false, result: undefined });
      set({ busy: true });
      const items = read.map(({ row, answer, response, finished }) => ({
        row,
        response,
        finished,
        ...(answer !== undefined && { answer }),
      }));
      const result = await studioApi().gradeResponses(config.task, config.model, items);
      if (mine !== number) return undefined;
      if (result.ok) set({ busy: false, error: undefined, result: { items: read, grades: result.value } });
      else set({ busy: false, ...(result.error.kind !== 'cancelled' && { error: result.error, result: undefined }) });
      return undefined;
    },
  };
});

/** The column of the reference answer. Built-in tasks call it `answer`. */
export function answerColumn(task: RunConfig['task']): string | undefined {
  return task.name === 'dataset' ? (task.columns.answer ?? task.columns.completion) : 'answer';
}

/** Responses as they are typed: empty ones are left out. */
export function splitResponses(text: string, separation: Separation): string[] {
  const parts =
    separation === 'lines'
      ? text.split('\n')
      : text.split(/^---[ \t]*$/m).map((block) => block.replace(/^\n|\n$/g, ''));
  return parts.filter((part) => part.trim() !== '').slice(0, MOST_BENCH_ITEMS);
}

/** @returns items to grade, or what is wrong with the row */
export function benchItems({
  responses,
  separation,
  answer,
  row,
  finished,
}: BenchText): BenchItem[] | { problem: string } {
  const fields = rowOf(row);
  if (fields === undefined) return { problem: 'The row is not a JSON object such as {"question": "2+3", "level": 1}.' };
  return splitResponses(responses, separation).map((response) => ({
    row: answer === '' || 'answer' in fields ? fields : { ...fields, answer },
    ...(answer !== '' && { answer }),
    response,
    finished,
  }));
}

function rowOf(text: string): Row | undefined {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Row) : undefined;
  } catch {
    return undefined;
  }
}

/** JSON has no 64-bit integers. */
const plain = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
const rowText = (row: Row): string => JSON.stringify(row, plain, 2);

/** A response of a rollout as the bench grades it. */
function itemOf({ prompt, answer, given }: RolloutView): RunItem[] {
  if (!given) return [];
  return [
    { prompt, response: given.response, finished: given.finished, row: given.row, ...(answer !== '' && { answer }) },
  ];
}

const inputProblem = (message: string): ErrorView => ({
  kind: 'input',
  message,
  advice: 'Correct the row, or empty it.',
});

import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { LengthSummary } from '../data/lengths.ts';
import type { DataSetView, DataSummaryView, SummaryRequest, TokenRequest } from '../views/data.ts';
import type { WorkerApi } from '../worker/protocol.ts';
import { connectionStore, type WorkerConnection } from './connection.ts';
import { useDataSets } from './data-sets.ts';
import { useData } from './data-store.ts';
import { useRecipe } from './recipe-store.ts';

const SHA = 'a'.repeat(64);
const SET: DataSetView = { id: 'file:1', name: 'sums.jsonl', origin: 'file', reference: { path: 'sums.jsonl' } };
const SUMMARY: DataSummaryView = {
  format: 'jsonl',
  bytes: 10,
  sha256: SHA,
  rows: 8,
  columns: { question: 'string', answer: 'string' },
  paths: ['question', 'answer'],
  guessed: { prompt: 'question', answer: 'answer' },
  mapping: { prompt: 'question', answer: 'answer' },
  bad: { count: 0, list: [] },
  preview: [],
  duplicates: 0,
  marked: false,
  numeric: true,
  split: { training: 6, heldOut: 2, overlap: 0 },
};
const LENGTH: LengthSummary = { count: 8, median: 5, mean: 5, max: 9, histogram: [] };

let summarized: SummaryRequest[];
let measured: TokenRequest[];
let sets: DataSetView[];
beforeEach(() => {
  [summarized, measured, sets] = [[], [], [SET]];
  const ok = <T>(value: T) => Promise.resolve({ ok: true as const, value });
  const api: Partial<WorkerApi> = {
    // Asked where an earlier test file has opened the studio.
    planMemory: () => new Promise(() => undefined),
    listData: () => ok(sets),
    addData: (files) =>
      Promise.all(
        files.map(({ path }) =>
          path === SET.name
            ? ok(SET)
            : { ok: false as const, error: { kind: 'input' as const, message: `${path}: no`, advice: '' } },
        ),
      ),
    summarizeData: (request) => {
      summarized.push(request);
      return ok(SUMMARY);
    },
    previewTokens: () => ok({ rows: [], chat: false, chatTemplate: false, vocabularySize: 20, positions: 1024 }),
    measureTokens: (request) => {
      measured.push(request);
      return ok({
        rows: 8,
        complete: true,
        fit: 8,
        positions: 1024,
        unsolved: 0,
        prompt: LENGTH,
        response: LENGTH,
        total: LENGTH,
      });
    },
    removeData: () => {
      sets = [];
      return ok(undefined);
    },
  };
  connectionStore.setState({ connection: { api } as unknown as WorkerConnection });
  reset();
  useRecipe.setState(useRecipe.getInitialState(), true);
});

const data = () => useData.getState();
/** As in a new tab, whatever was listed when the stores were made. */
function reset(): void {
  const empty = useDataSets.getInitialState();
  useDataSets.setState(empty, true);
  useData.setState({ ...useData.getInitialState(), ...empty }, true);
}
const picked = (...names: string[]) => names.map((path) => ({ path, file: new File(['{}'], path) }));

describe('data on the page', () => {
  it('opens the first file that was added, with the guessed columns, and keeps why others were refused', async () => {
    await data().add(picked('table.xlsx', 'sums.jsonl'));
    expect(data()).toMatchObject({
      chosen: SET.id,
      refused: [{ name: 'table.xlsx', error: { message: 'table.xlsx: no' } }],
      drafts: { [SET.id]: { columns: SUMMARY.guessed, heldOut: { share: 0.1 }, skipBadRows: false } },
      lengths: { ok: true },
      measuring: false,
    });
    expect(measured).toMatchObject([{ id: SET.id, model: 'new', task: { columns: SUMMARY.guessed } }]);
  });

  it('reads the file again for other columns and rows; for another template only its tokens', async () => {
    await data().add(picked('sums.jsonl'));
    data().edit({ template: 'Q: {prompt}' });
    await vi.waitUntil(() => measured.length === 2);
    expect([summarized.length, measured[1]?.task.template]).toEqual([1, 'Q: {prompt}']);
    data().edit({ columns: { prompt: 'question' } });
    data().edit({ rows: 5 });
    await vi.waitUntil(() => measured.length === 3);
    // Edits in quick succession are read once.
    expect(summarized.slice(1)).toEqual([
      { id: SET.id, columns: { prompt: 'question' }, heldOut: { share: 0.1 }, rows: 5 },
    ]);
    data().edit({}, 'rows');
    await vi.waitUntil(() => measured.length === 4);
    expect(summarized.at(-1)).not.toHaveProperty('rows');
  });

  it('reads nothing while there is no prompt, and does not train then', async () => {
    await data().add(picked('sums.jsonl'));
    data().edit({ columns: { answer: 'answer' } });
    expect(data().train()).toBe(false);
    data().edit({ columns: { prompt: 'answer' } });
    await vi.waitUntil(() => measured.length === 2);
    expect(summarized).toHaveLength(2);
  });

  it('becomes the recipe’s task by content, and is found again from there', async () => {
    await data().add(picked('sums.jsonl'));
    data().edit({ template: '{prompt}=' });
    expect(data().train()).toBe(true);
    const { task, model } = useRecipe.getState().config;
    expect(task).toMatchObject({
      name: 'dataset',
      data: { path: 'sums.jsonl', sha256: SHA },
      template: '{prompt}=',
      rewards: [{ name: 'number' }],
    });
    expect(model).toHaveProperty('architecture');
    expect(useRecipe.getState().checked?.name).toBe('SFT + GPPO, sums, seed 7');
    useRecipe.getState().undo();
    expect(useRecipe.getState().config.task.name).toBe('addition');
    useRecipe.getState().redo();

    reset();
    await data().chooseTask();
    expect(data()).toMatchObject({ chosen: SET.id, drafts: { [SET.id]: { template: '{prompt}=' } } });
    await data().remove(SET.id);
    expect(data()).toMatchObject({ chosen: undefined, sets: [] });
    await data().chooseTask();
    expect(data().refused).toMatchObject([
      { error: { message: 'sums.jsonl, which the recipe trains on, is not in this browser.' } },
    ]);
  });

  it('is chosen in the recipe only once there is some', async () => {
    expect(useRecipe.getState().chooseTask('dataset')).toBe(false);
    expect(useRecipe.getState().config.task.name).toBe('addition');
    await data().add(picked('sums.jsonl'));
    data().train();
    useRecipe.getState().chooseTask('arithmetic');
    expect(useRecipe.getState().chooseTask('dataset')).toBe(true);
    expect(useRecipe.getState().config.task).toMatchObject({ name: 'dataset', data: { path: 'sums.jsonl' } });
  });
});

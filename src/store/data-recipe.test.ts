import { describe, expect, it } from 'vitest';
import { DEMO_CONFIG } from '../run/presets.ts';
import { parseRunConfig } from '../run/config.ts';
import type { LengthSummary } from '../data/lengths.ts';
import type { TokenLengths } from '../views/data.ts';
import { dataRecipe, draftOf, isOf, NEW_MODEL, taskOf, usualRewards, type DataFacts } from './data-recipe.ts';
import { recipeOf } from './recipe.ts';

const SET = { id: 'file:1', name: 'sums.jsonl', origin: 'file', reference: { path: 'sums.jsonl' } } as const;
const DRAFT = {
  columns: { prompt: 'question', answer: 'answer' },
  heldOut: { share: 0.2 },
  skipBadRows: true,
  system: '',
  template: 'Q: {prompt}',
};
const SHA = 'a'.repeat(64);
const lengthsOf = (prompt: number, response: number | undefined, positions: number): TokenLengths => {
  const of = (max: number): LengthSummary => ({ count: 8, median: max / 2, mean: max / 2, max, histogram: [] });
  return {
    rows: 8,
    complete: true,
    fit: 8,
    positions,
    unsolved: response === undefined ? 8 : 0,
    prompt: of(prompt),
    ...(response !== undefined && { response: of(response) }),
    total: of(prompt + (response ?? 0)),
  };
};
const facts = (change: Partial<DataFacts> = {}): DataFacts => ({
  task: taskOf(SET, SHA, DRAFT),
  model: NEW_MODEL,
  summary: { marked: true, numeric: true, split: { training: 7, heldOut: 5, overlap: 0 } },
  lengths: lengthsOf(180, 90, 1024),
  ...change,
});
const demo = recipeOf(DEMO_CONFIG);

describe('the task of a data set', () => {
  it('names the file by content, and becomes the same draft again', () => {
    const task = taskOf(SET, SHA, DRAFT);
    expect(task).toEqual({
      name: 'dataset',
      data: { path: 'sums.jsonl', sha256: SHA, skip_bad_rows: true },
      columns: DRAFT.columns,
      held_out: { share: 0.2 },
      template: 'Q: {prompt}',
    });
    const { system: _system, ...draft } = DRAFT;
    expect(draftOf(task)).toEqual(draft);
  });

  it('belongs to the file with its checksum, or with its name while the file has none', () => {
    const task = taskOf(SET, SHA, DRAFT);
    expect(isOf(task, SET)).toBe(true);
    expect(isOf(task, { ...SET, reference: { ...SET.reference, sha256: SHA } })).toBe(true);
    expect(isOf(task, { ...SET, reference: { ...SET.reference, sha256: 'b'.repeat(64) } })).toBe(false);
    expect(isOf(task, { ...SET, reference: { ...SET.reference, repository: 'a/b' } })).toBe(false);
  });

  it('is graded by the number after the marker, by the last number, or exactly', () => {
    expect(usualRewards({ marked: true, numeric: true })).toMatchObject([{ name: 'number', answer_marker: '####' }]);
    expect(usualRewards({ marked: false, numeric: true })).toMatchObject([{ name: 'number' }]);
    expect(usualRewards({ marked: false, numeric: false })).toMatchObject([{ name: 'exact' }]);
  });
});

describe('a recipe that trains on data', () => {
  const checked = (recipe: ReturnType<typeof dataRecipe>) => parseRunConfig({ ...recipe, name: 'x' }, 'test');

  it('with new weights has positions for the rows, a small SFT stage and no more problems than are held out', () => {
    const recipe = dataRecipe(demo, undefined, facts());
    expect(checked(recipe)).toMatchObject({
      model: { architecture: { max_positions: 512 } },
      task: { name: 'dataset', rewards: [{ name: 'number', answer_marker: '####' }] },
      sft: { steps: 30, batch_size: 8, wrong_fraction: 0 },
      rl: { steps: 20, prompts: 8 },
      evaluation: { problems: 5 },
    });
    expect(recipe.rl).not.toHaveProperty('max_response_tokens');
  });

  it('keeps a checkpoint with its adapters, and limits responses that would leave prompts no room', () => {
    const lora = { rank: 4, alpha: 8, targets: ['all-linear'] };
    const model = { checkpoint: 'local:mine', lora };
    const recipe = dataRecipe({ ...demo, model }, undefined, {
      ...facts(),
      model: 'local:mine',
      lengths: lengthsOf(100, 400, 256),
    });
    expect(recipe.model).toEqual(model);
    expect(recipe.sft).toBeUndefined();
    expect(recipe.rl?.max_response_tokens).toBe(156);
    expect(dataRecipe(recipe, undefined, { ...facts(), model: 'hub:x' }).model).toEqual({ checkpoint: 'hub:x' });
  });

  it('without solutions has no SFT stage, and a response length', () => {
    const before = { ...demo, sft: { ...dataRecipe(demo, undefined, facts()).sft!, wrong_fraction: 0.5 } };
    expect(dataRecipe(before, undefined, facts()).sft?.wrong_fraction).toBe(0);
    const recipe = dataRecipe(before, undefined, facts({ lengths: lengthsOf(100, undefined, 1024) }));
    expect(recipe.sft).toBeUndefined();
    expect(recipe.rl?.max_response_tokens).toBe(256);
    expect(checked(recipe).model).toMatchObject({ architecture: { max_positions: 512 } });
  });

  it('that trained on data before keeps steps, sizes and rewards', () => {
    const first = dataRecipe(demo, undefined, facts());
    const task = { ...first.task, rewards: usualRewards({ marked: false, numeric: false }) } as typeof first.task;
    const again = dataRecipe({ ...first, task, rl: { ...first.rl!, steps: 500 } }, undefined, facts());
    expect(again.rl?.steps).toBe(500);
    expect(again.task.rewards).toMatchObject([{ name: 'exact' }]);
  });
});

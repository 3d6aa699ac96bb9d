/** Sources of teachers: fixed problems from the seed, filters by band, and what is said of them before the start. */
import { describe, expect, it } from 'vitest';
import { parseRunConfig, type RunConfig } from '../run/config.ts';
import { sftLines, type SftSourceView } from '../views/sft.ts';
import { resolveRun, resolutionKey } from './resolved-run.ts';

const ARCHITECTURE = { hidden_size: 16, layers: 1, heads: 2, intermediate_size: 20, max_positions: 96 };

const configOf = (sources: object[], change: object = {}, task: object = { name: 'arithmetic' }): RunConfig =>
  parseRunConfig(
    {
      model: { architecture: ARCHITECTURE },
      task,
      sft: { epochs: 2, batch_size: 10, sources },
      evaluation: { every: 10, problems: 8 },
      ...change,
    },
    'test',
  );

const teacher = (teacher: object, source: object = {}) => ({
  teacher: { style: 'steps', ...teacher },
  amount: 60,
  ...source,
});

async function viewOf(config: RunConfig): Promise<SftSourceView[]> {
  return (await resolveRun(config, undefined)).examples?.view?.sources ?? [];
}

/** The texts of each source's rows, in their order. */
async function rowsOf(config: RunConfig): Promise<string[][]> {
  const { sftData } = await resolveRun(config, undefined);
  return (sftData?.sourceRows ?? []).map((rows) =>
    (rows ?? []).map(({ problem }) => `${problem.prompt}${String(problem.row['completion'])}`),
  );
}

const promptOf = (text: string) => text.slice(0, text.indexOf('=') + 1);

describe('the rows of a teacher', () => {
  it('are the same in every epoch, and follow from the seed', async () => {
    const config = configOf([teacher({ correct: 0.7, consistency: 0.5, verbosity: 0.3 })]);
    const { examples, tokenizer } = await resolveRun(config, undefined);
    const steps = examples?.steps ?? 0;
    expect(steps).toBe(12);
    const texts = Array.from({ length: steps }, (_, i) => examples?.batch(i + 1) ?? []).map((batch) =>
      batch.map(({ tokens }) => tokenizer.decode([...tokens])),
    );
    const epochs = [texts.slice(0, 6).flat(), texts.slice(6).flat()].map((rows) => [...rows].sort());
    expect(new Set(epochs[0]).size).toBe(60);
    expect(epochs[1]).toEqual(epochs[0]);
    expect(await rowsOf(config)).toEqual(
      await rowsOf(configOf([teacher({ correct: 0.7, consistency: 0.5, verbosity: 0.3 })])),
    );
    expect(await rowsOf({ ...config, seed: 5 })).not.toEqual(await rowsOf(config));
    expect(resolutionKey({ ...config, seed: 5 })).not.toBe(resolutionKey(config));
  });

  it('are different problems for each teacher, and the same ones however they are divided', async () => {
    const one = await rowsOf(configOf([teacher({}, { amount: 120 })]));
    const [first = [], second = []] = await rowsOf(configOf([teacher({}), teacher({ style: 'left' })]));
    const prompts = (rows: readonly string[]) => rows.map(promptOf);
    expect([...prompts(first), ...prompts(second)]).toEqual(prompts(one[0] ?? []));
    expect(new Set(prompts(one[0] ?? [])).size).toBe(120);
    // A smaller amount is the beginning of a larger one.
    expect(first).toEqual((await rowsOf(configOf([teacher({}, { amount: 20 })])))[0]?.concat(first.slice(20)));
  });

  it('are of the given bands in equal shares', async () => {
    const bands = ['3 or more digits', '1 digit'];
    const [view] = await viewOf(configOf([teacher({}, { bands })]));
    expect(view?.bands?.map(({ name, rows }) => [name, rows])).toEqual([
      ['1 digit', 30],
      ['3 or more digits', 30],
    ]);
  });

  it('are left out by a filter in its bands alone, and counted', async () => {
    const bands = ['1 digit', '2 digits'];
    const half = { correct: 0.5 };
    const [mixed] = await viewOf(configOf([teacher(half, { bands, amount: 200 })]));
    const [easy] = await viewOf(
      configOf([teacher(half, { bands, amount: 200, filter: [{ correct: true, bands: ['1 digit'] }] })]),
    );
    const [all] = await viewOf(configOf([teacher(half, { bands, amount: 200, filter: [{ correct: true }] })]));
    const [low, high] = mixed?.bands ?? [];
    const correct = Math.round((low?.rows ?? 0) * (low?.correct ?? 0));
    expect(correct).toBeGreaterThan(20);
    expect(correct).toBeLessThan(80);
    expect(easy?.leftOut.filtered).toBe(100 - correct);
    expect(easy?.bands?.[0]).toMatchObject({ rows: correct, correct: 1 });
    expect(easy?.bands?.[1]).toEqual(high);
    expect(all?.bands?.map((band) => band.correct)).toEqual([1, 1]);
    expect(all?.perEpoch).toBe(all?.rows);
  });

  it('have the length in tokens that is said, for which evaluation leaves room', async () => {
    const long = { style: 'check', verbosity: 1 };
    const { task, sftData } = await resolveRun(configOf([teacher(long)]), undefined);
    const own = (await resolveRun(configOf([teacher({ style: 'answer' })]), undefined)).task.lengths;
    const rows = sftData?.sourceRows[0] ?? [];
    // A character per token, and the end token.
    const lengths = rows.map(({ problem }) => String(problem.row['completion']).length + 1);
    expect(rows.map(({ trace }) => trace)).toEqual(lengths);
    expect(task.lengths).toEqual({ prompt: own.prompt, response: Math.max(...lengths) });
    expect(Math.max(...lengths)).toBeGreaterThan(own.response);
    const [view] = await viewOf(configOf([teacher(long)]));
    const band = view?.bands?.[0];
    const first = rows.flatMap(({ problem }, i) => (problem.difficulty === band?.name ? [lengths[i] ?? 0] : []));
    expect(band?.tokens).toBeCloseTo(first.reduce((a, b) => a + b, 0) / first.length, 10);
  });

  it('hold out problems for the validation loss that no teacher solves in training', async () => {
    const sft = {
      epochs: 1,
      batch_size: 10,
      sources: [teacher({ name: 'one' }), teacher({ style: 'left' })],
      validation: { rows: 40 },
    };
    const { examples } = await resolveRun(configOf([], { sft }), undefined);
    expect(new Set(examples?.validation.map(({ source }) => source))).toEqual(new Set(['teacher one', 'teacher left']));
    expect(examples?.validation).toHaveLength(40);
  });
});

it('the plan says what each teacher gives: rows, share correct and mean length, by band', async () => {
  const { examples } = await resolveRun(configOf([teacher({ name: 'strong' }, { bands: ['1 digit'] })]), undefined);
  const view = examples?.view;
  if (!view) throw new Error('expected a view');
  const [band] = view.sources[0]?.bands ?? [];
  const text = `60 rows, 100 % correct, ${Number(band?.tokens.toFixed(1))} tokens on average.`;
  expect(sftLines(view)).toEqual([
    'SFT: 12 steps of 10 examples: 2 epochs of 60 examples.',
    'SFT source 1, teacher strong: all 60 rows once per epoch (100 %).',
    `  traces: ${text}`,
    `  1 digit: ${text}`,
  ]);
  expect(view.sources[0]?.traces).toHaveLength(3);
});

describe('what is refused', () => {
  it.each([
    [[teacher({ name: 'a/b' })], {}, 'sft.sources.0.teacher.name: expected a name without slashes'],
    [[teacher({ style: 'backward' })], {}, 'sft.sources.0.teacher.style: expected one of steps, left, right'],
    [[teacher({ style: 'answer', verbosity: 0.5 })], {}, 'sft.sources.0.teacher.verbosity: expected 0'],
    [
      [teacher({ correct_by_band: { easy: 1 } })],
      {},
      'sft.sources.0.teacher.correct_by_band.easy: expected one of "1 digit"',
    ],
    [[teacher({}, { bands: ['easy'] })], {}, 'sft.sources.0.bands.0: expected one of "1 digit"'],
    [[teacher({})], { name: 'sorting' }, 'sft.sources.0.teacher: the task sorting has no teachers'],
    [[{ teacher: { style: 'steps' } }], {}, 'sft.sources.0.amount: expected the number of problems'],
    [[teacher({}, { amount: 60_000 })], {}, 'sft.sources.0.amount: expected at most 50000'],
    [[{ task: true, amount: 5, bands: ['1 digit'] }], {}, 'sft.sources.0.bands: expected no bands beside task'],
    [
      [teacher({}, { task: true })],
      {},
      'sft.sources.0.teacher: expected one of data, task and teacher, found task and teacher',
    ],
    [[teacher({}, { held_out: { share: 0.1 } })], {}, 'sft.sources.0.held_out: expected no held_out beside teacher'],
  ])('%j', (sources, task, message) => {
    expect(() => configOf(sources, {}, { name: 'arithmetic', ...task })).toThrow(message);
  });

  it('more problems than the task has', async () => {
    const config = configOf(
      [teacher({}, { amount: 200 }), teacher({}, { amount: 200 })],
      {},
      { name: 'arithmetic', operations: 1 },
    );
    await expect(resolveRun(config, undefined)).rejects.toThrow(
      /sft\.sources\.1\.amount: expected at most \d+, because the task has no more training problems/,
    );
  });

  it('a filter that no trace passes', async () => {
    const config = configOf([teacher({ correct: 0 }, { filter: [{ correct: true }] })]);
    await expect(resolveRun(config, undefined)).rejects.toThrow('Of 60 rows, 60 do not pass the filter');
  });
});

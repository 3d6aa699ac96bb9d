/** The SFT stage of a resolved run: which rows of its sources are trained on, in which batches, and what is refused. */
import { describe, expect, it } from 'vitest';
import { blobFile } from '../data/data-file.ts';
import { keyOf } from '../data/example.ts';
import { inputError } from '../errors.ts';
import { parseRunConfig } from '../run/config.ts';
import { sftLines } from '../views/sft.ts';
import { resolveRun, runSources, withConfig } from './resolved-run.ts';

const lines = (rows: readonly object[]): string => rows.map((row) => JSON.stringify(row)).join('\n');
const FILES: Record<string, string> = {
  'easy.jsonl': lines(
    Array.from({ length: 12 }, (_, i) => ({
      q: `e${i}`,
      response: i % 3 === 0 ? 'wrong 0' : `so ${i}`,
      answer: i,
      level: i % 4,
    })),
  ),
  'hard.jsonl': lines(
    Array.from({ length: 8 }, (_, i) => ({ q: `h${i}`, response: 'x'.repeat(4 * i + 1), answer: i })),
  ),
  'same.jsonl': lines([
    { q: 'e1', response: 'so 1' },
    { q: 'new', response: 'so 2' },
    { q: 'newer', response: 'so 3' },
  ]),
  'sums.jsonl': lines(Array.from({ length: 30 }, (_, i) => ({ q: `${i % 10}+${Math.floor(i / 10)}=`, response: '0' }))),
};
const COLUMNS = { prompt: 'q', completion: 'response' };
const sources = runSources({
  data: ({ path }) => {
    const text = FILES[path];
    if (text === undefined)
      return Promise.reject(inputError('task.data', `the file ${path} was not found`, 'task.data'));
    return Promise.resolve(blobFile(new Blob([text]), path));
  },
});

const DATA_TASK = {
  name: 'dataset',
  data: { path: 'easy.jsonl' },
  columns: { ...COLUMNS, answer: 'answer' },
  held_out: { share: 0.25 },
  rewards: [{ name: 'number' }],
};

function configOf(sft: object, task: object = DATA_TASK, positions = 64) {
  return parseRunConfig(
    {
      seed: 5,
      model: { architecture: { hidden_size: 16, layers: 1, heads: 2, max_positions: positions } },
      task,
      sft,
    },
    'test',
  );
}

async function examplesOf(sft: object, task?: object, positions?: number) {
  const run = await resolveRun(configOf(sft, task, positions), undefined, sources);
  if (!run.examples) throw new Error('a run with SFT has examples');
  const { examples, tokenizer } = run;
  const texts = (step: number) => examples.batch(step).map(({ tokens }) => tokenizer.decode(tokens));
  const all = () => Array.from({ length: examples.steps }, (_, i) => texts(i + 1)).flat();
  return { run, examples, texts, all };
}

describe('epochs', () => {
  it('give the number of steps, and every row once per epoch', async () => {
    const { run, examples, all } = await examplesOf({ epochs: 3, batch_size: 4 });
    const rows = run.task.trainingRows?.length ?? 0;
    expect(rows).toBeGreaterThan(6);
    expect(examples.steps).toBe(Math.ceil((3 * rows) / 4));
    expect(examples.batch(examples.steps)).toHaveLength(3 * rows - 4 * (examples.steps - 1));
    const drawn = all();
    for (let epoch = 0; epoch < 3; epoch++)
      expect(new Set(drawn.slice(epoch * rows, (epoch + 1) * rows)).size).toBe(rows);
    expect(examples.epochsAfter(examples.steps)).toBe(3);
    expect(sftLines(examples.view as NonNullable<typeof examples.view>)[0]).toMatch(
      /^SFT: \d+ steps of 4 examples.*: 3 epochs of/,
    );
  });

  it('deal rows in the order that steps deal them', async () => {
    const [byEpochs, bySteps] = [
      await examplesOf({ epochs: 2, batch_size: 4 }),
      await examplesOf({ steps: 4, batch_size: 4 }),
    ];
    expect(bySteps.all()).toEqual(byEpochs.all().slice(0, 16));
    expect(bySteps.examples.view).toBeUndefined();
  });

  it('need rows', async () => {
    const task = { name: 'addition', digits: 1 };
    await expect(examplesOf({ epochs: 1 }, task)).rejects.toMatchObject({ field: 'sft.epochs' });
    await expect(examplesOf({ epochs: 1, sources: [{ task: true }] }, task)).rejects.toMatchObject({
      field: 'sft.sources.0.amount',
    });
    const { examples } = await examplesOf({ epochs: 2, batch_size: 8, sources: [{ task: true, amount: 20 }] }, task);
    expect(examples.steps).toBe(5);
  });
});

describe('sources', () => {
  it('have the shares of their weights, filtered rows, and names by content', async () => {
    const { run, examples, all } = await examplesOf(
      {
        epochs: 2,
        batch_size: 6,
        sources: [
          { data: { path: 'easy.jsonl' }, columns: COLUMNS, weight: 3, filter: [{ column: 'level', min: 2 }] },
          { data: { path: 'hard.jsonl' }, columns: COLUMNS, weight: 1 },
        ],
      },
      { ...DATA_TASK, data: { path: 'same.jsonl' }, columns: COLUMNS },
    );
    const [easy, hard] = examples.view?.sources ?? [];
    const size = (easy?.rows ?? 0) + (hard?.rows ?? 0);
    expect(easy).toMatchObject({ name: 'easy.jsonl', leftOut: { filtered: 6 } });
    // Of 14 examples 10.5 and 3.5: the one left over goes to the earlier source.
    expect([hard?.rows, easy?.perEpoch, hard?.perEpoch]).toEqual([8, 11, 3]);
    const drawn = all();
    expect(drawn).toHaveLength(2 * size);
    for (const epoch of [drawn.slice(0, size), drawn.slice(size)])
      expect(epoch.filter((text) => text.startsWith('h'))).toHaveLength(hard?.perEpoch ?? -1);
    expect(run.config.sft?.sources?.[0]).toMatchObject({
      data: { path: 'easy.jsonl', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string, rows: 12 },
    });
    const again = await examplesOf({ ...run.config.sft }, run.config.task);
    expect(again.all()).toEqual(drawn);
  });

  it.each([
    [true, ['so 1', 'so 10', 'so 11', 'so 2', 'so 4', 'so 5', 'so 7', 'so 8']],
    // That of e0 is correct by its number.
    [false, ['wrong 0', 'wrong 0', 'wrong 0']],
  ])('keep completions that are correct by the rewards: %s', async (correct, expected) => {
    const task = { ...DATA_TASK, data: { path: 'hard.jsonl' } };
    const columns = { ...COLUMNS, answer: 'answer' };
    const { all } = await examplesOf(
      { epochs: 1, batch_size: 5, sources: [{ data: { path: 'easy.jsonl' }, columns, filter: [{ correct }] }] },
      task,
    );
    const found = all().map((text) => /(so|wrong) \d+/.exec(text)?.[0]);
    expect(found.filter((text) => correct !== (text === 'wrong 0')).sort()).toEqual(expected);
  });

  it('never have problems that the task or another source holds out', async () => {
    const { run, all } = await examplesOf({
      epochs: 1,
      batch_size: 64,
      sources: [
        { data: { path: 'easy.jsonl' }, columns: COLUMNS },
        { data: { path: 'same.jsonl' }, columns: COLUMNS, held_out: { column: 'q', value: 'e1' } },
      ],
    });
    const { problems } = run.task.task;
    if (problems.kind !== 'listed') throw new Error('expected rows');
    const held = new Set([...problems.heldOut.map(({ prompt }) => keyOf(prompt)), 'e1']);
    expect(held.size).toBeGreaterThan(1);
    const prompts = all().map((text) => /^(e\d+|newer|new)(?=so|wrong)/.exec(text)?.[1] ?? '');
    expect(prompts).toHaveLength(12 - held.size + 2);
    for (const prompt of prompts) expect(held.has(prompt)).toBe(false);
  });

  it('never have the problems that a task without rows evaluates', async () => {
    const config = parseRunConfig(
      {
        ...configOf(
          { epochs: 1, sources: [{ data: { path: 'sums.jsonl' }, columns: COLUMNS }] },
          { name: 'addition', digits: 1 },
        ),
        evaluation: { problems: 8 },
      },
      'test',
    );
    const run = await resolveRun(config, undefined, sources);
    const held = run.task.heldOutProblems(8, 5).map(({ prompt }) => prompt);
    const texts = run.examples?.batch(1).map(({ tokens }) => run.tokenizer.decode(tokens)) ?? [];
    expect(run.examples?.view?.sources[0]?.leftOut.heldOut).toBeGreaterThan(0);
    for (const prompt of held) expect(texts.some((text) => text.startsWith(prompt))).toBe(false);
  });

  it('are mixed with problems of a task that makes its own', async () => {
    const { all } = await examplesOf(
      {
        epochs: 2,
        batch_size: 7,
        wrong_fraction: 0.5,
        sources: [
          { task: true, amount: 10 },
          { data: { path: 'hard.jsonl' }, columns: COLUMNS },
        ],
      },
      { name: 'addition', digits: 1 },
    );
    const drawn = all();
    for (const epoch of [drawn.slice(0, 18), drawn.slice(18)])
      expect(epoch.filter((text) => /^\d\+\d=\d+$/.test(text))).toHaveLength(10);
  });
});

describe('truncation', () => {
  const hard = { data: { path: 'hard.jsonl' }, columns: COLUMNS };
  it.each([
    ['drop', { rows: 4, truncated: 0, leftOut: { tooLong: 4 } }, /4 do not fit 16 positions/],
    ['left', { rows: 8, truncated: 4, leftOut: { tooLong: 0 } }, /4 rows cut at the beginning to fit 16 positions/],
    ['right', { rows: 8, truncated: 4, leftOut: { tooLong: 0 } }, /4 rows cut at the end to fit 16 positions/],
  ])('%s is said with counts', async (truncation, expected, text) => {
    const { examples } = await examplesOf({ epochs: 1, truncation, sources: [hard] }, DATA_TASK, 16);
    expect(examples.view?.sources[0]).toMatchObject(expected);
    expect(sftLines(examples.view as NonNullable<typeof examples.view>).join(' ')).toMatch(text);
    expect(examples.longest.rows).toBeLessThanOrEqual(16);
    for (const { tokens } of examples.batch(1)) expect(tokens.length).toBeLessThanOrEqual(17);
  });

  it('works on the task alone', async () => {
    const task = { ...DATA_TASK, data: { path: 'hard.jsonl' } };
    const whole = await examplesOf({ epochs: 1, truncation: 'right' }, task, 16);
    const dropped = await examplesOf({ epochs: 1 }, task, 16);
    expect(whole.examples.view?.sources[0]?.rows).toBeGreaterThan(dropped.run.task.trainingRows?.length ?? 99);
    expect(dropped.run.task.notes).toHaveLength(1);
  });
});

describe('validation', () => {
  it('reads held-out rows of sources, or of the task where they have none, the same for a seed', async () => {
    const validation = { rows: 3 };
    const held = { data: { path: 'hard.jsonl' }, columns: COLUMNS, held_out: { share: 0.8 } };
    const bySource = await examplesOf({ epochs: 1, sources: [held], validation });
    const texts = ({ examples, run }: typeof bySource) =>
      examples.validation.map(({ tokens }) => run.tokenizer.decode(tokens));
    expect(texts(bySource)).toHaveLength(3);
    for (const text of texts(bySource)) expect(text).toMatch(/^h/);
    const trained = new Set(bySource.all());
    for (const text of texts(bySource)) expect(trained.has(text)).toBe(false);
    expect(texts(await examplesOf({ epochs: 1, sources: [held], validation }))).toEqual(texts(bySource));
    const byTask = await examplesOf({
      epochs: 1,
      sources: [{ data: { path: 'hard.jsonl' }, columns: COLUMNS }],
      validation,
    });
    for (const text of texts(byTask)) expect(text).toMatch(/^e/);
    const drawn = await examplesOf({ steps: 1, validation: { rows: 5 } }, { name: 'addition', digits: 1 });
    expect(texts(drawn)).toHaveLength(5);
    expect(drawn.examples.view).toMatchObject({ validationRows: 5, steps: 1 });
  });
});

describe('what is refused', () => {
  const easy = { data: { path: 'easy.jsonl' }, columns: COLUMNS };
  it.each<[string, object, object | undefined, { field: string; message: RegExp }]>([
    [
      'a missing file',
      { data: { path: 'none.jsonl' }, columns: COLUMNS },
      undefined,
      { field: 'sft.sources.0.data', message: /^sft\.sources\.0\.data: the file none/ },
    ],
    [
      'another content',
      { ...easy, data: { path: 'easy.jsonl', sha256: '0'.repeat(64) } },
      undefined,
      { field: 'sft.sources.0.data', message: /easy\.jsonl.*0{64}/ },
    ],
    [
      'a column that no row has',
      { ...easy, columns: { prompt: 'question', completion: 'response' } },
      undefined,
      { field: 'sft.sources.0.columns.prompt', message: /no column question/ },
    ],
    [
      'no columns',
      { data: { path: 'easy.jsonl' } },
      { name: 'addition', digits: 1 },
      { field: 'sft.sources.0.columns', message: /expected columns/ },
    ],
    [
      'a filter on a column that no row has',
      { ...easy, filter: [{ column: 'grade', min: 1 }] },
      undefined,
      { field: 'sft.sources.0.filter', message: /no row has the column grade; there are q, response/ },
    ],
    [
      'a filter that no row passes',
      { ...easy, filter: [{ column: 'level', min: 9 }] },
      undefined,
      { field: 'sft.sources.0.filter', message: /Of 12 rows, 12 do not pass/ },
    ],
    [
      'a filter on generated problems',
      { task: true, amount: 3, filter: [{ correct: true }] },
      { name: 'addition', digits: 1 },
      { field: 'sft.sources.0.filter', message: /makes its own problems/ },
    ],
  ])('%s', async (_, source, task, expected) => {
    const refused = examplesOf({ epochs: 1, sources: [source] }, task);
    await expect(refused).rejects.toThrow(expected.message);
    await expect(refused).rejects.toMatchObject({ kind: 'input', field: expected.field });
  });

  it.each<[object, string]>([
    [{ steps: 1, epochs: 1 }, 'sft.epochs: expected either steps or epochs, found both'],
    [{}, 'sft.steps: expected either steps or epochs, found neither'],
    [{ steps: 1, sources: [{}] }, 'sft.sources.0.data: expected one of data, task and teacher, found none'],
    [
      { steps: 1, sources: [{ task: true, weight: 1, amount: 2 }] },
      'sft.sources.0.amount: expected either weight or amount',
    ],
    [
      { steps: 1, sources: [{ task: true, weight: 1 }, { data: { path: 'a' } }] },
      'sft.sources.1.weight: expected a weight',
    ],
  ])('a config with %j', (sft, message) => {
    expect(() => configOf(sft)).toThrow(message);
  });

  it('incorrect solutions where no source has them', async () => {
    await expect(
      examplesOf({ steps: 1, wrong_fraction: 0.5, sources: [easy] }, { name: 'addition', digits: 1 }),
    ).rejects.toMatchObject({ field: 'sft.wrong_fraction' });
  });
});

it('a resolved run with other steps, batch size and seed has the examples of a run resolved anew', async () => {
  const sft = {
    epochs: 2,
    batch_size: 4,
    sources: [{ data: { path: 'hard.jsonl' }, columns: COLUMNS }, { task: true }],
  };
  const first = await resolveRun(configOf(sft), undefined, sources);
  const other = { ...configOf({ ...sft, epochs: 3, batch_size: 5 }), seed: 9 };
  const [changed, fresh] = [withConfig(first, other), await resolveRun(other, undefined, sources)];
  expect(changed.config).toEqual(fresh.config);
  expect(changed.examples?.steps).toBe(fresh.examples?.steps);
  for (let step = 1; step <= (fresh.examples?.steps ?? 0); step++)
    expect(changed.examples?.batch(step)).toEqual(fresh.examples?.batch(step));
});

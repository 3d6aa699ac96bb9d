import { describe, expect, it } from 'vitest';
import { archivedRun, record } from '../../tests/support/archived.ts';
import { REPORT_ABOUT, THREE_STAGES } from '../../tests/support/stage-answers.ts';
import { tinyRun } from '../../tests/support/tiny-run.ts';
import { runReport } from '../report/compute-report.ts';
import { reportMarkdown } from '../report/markdown.ts';
import { folderNames, isRunFile, parseMetrics, readRunFolder, runFiles } from './run-folder.ts';

const NOW = 1_800_000_000_000;

it('a run round-trips through its folder', async () => {
  const one = archivedRun('one', 12, { state: 'stopped', note: 'tight band\nseed of the paper', name: 'β = 0.5' });
  const { tab: _, ...kept } = one.run;
  expect(await readRunFolder(runFiles(one), 'run.zip', NOW)).toEqual([
    { run: { ...kept, imported: true }, records: one.records, folder: '' },
  ]);
});

describe('the report of a run', () => {
  const report = runReport(REPORT_ABOUT, THREE_STAGES);
  const one = archivedRun('one', 4, { state: 'complete', reported: true });
  const withReport = (text: string) =>
    runFiles(one)
      .concat({ path: 'report.json', text })
      .map(({ path, text: content }) => ({ path: `demo/${path}`, text: content }));

  it('round-trips with its run, beside the same report for reading', async () => {
    const files = runFiles({ ...one, report });
    expect(files.map(({ path }) => path)).toEqual([
      'config.json',
      'metrics.jsonl',
      'run.json',
      'report.json',
      'report.md',
    ]);
    expect(files.at(-1)?.text).toBe(reportMarkdown(report));
    expect(files.map(({ path }) => path).filter(isRunFile)).toHaveLength(4);
    const [back] = await readRunFolder(files, 'run.zip', NOW);
    expect(back?.report).toEqual(report);
    expect(back?.run.reported).toBe(true);
  });

  it('is not what evaluate writes under the same name', async () => {
    const { evaluation } = report.stages[0]!;
    const [back] = await readRunFolder(withReport(JSON.stringify(evaluation)), '', NOW);
    expect(back).not.toHaveProperty('report');
    expect(back?.run).not.toHaveProperty('reported');
  });

  it('that is damaged is refused with its file and field', async () => {
    const damaged = JSON.stringify({ ...report, stages: [{ ...report.stages[0], step: 'x' }] });
    await expect(readRunFolder(withReport(damaged), '', NOW)).rejects.toThrow(/demo\/report\.json: stages\.0\.step: /);
    await expect(readRunFolder(withReport('{'), '', NOW)).rejects.toThrow(/demo\/report\.json: not JSON/);
  });
});

it('writes a running run as it is so far', async () => {
  const [back] = await readRunFolder(runFiles(archivedRun('one', 2)), 'run.zip', NOW);
  expect(back?.run.state).toBe('interrupted');
});

it('several runs get distinct folders, whatever their names', async () => {
  const named = (id: string, name: string) => archivedRun(id, 1, { name });
  const runs = [named('a', 'GPPO, seed 1'), named('b', 'GPPO/seed 1'), named('c', '../..'), named('d', 'gppo-seed-1')];
  const folders = folderNames(runs.map(({ run }) => run));
  expect(folders).toEqual(['GPPO-seed-1/', 'GPPO-seed-1-2/', 'run/', 'gppo-seed-1-3/']);
  const files = runs.flatMap((one, i) => runFiles(one).map(({ path, text }) => ({ path: folders[i] + path, text })));
  expect((await readRunFolder(files, 'runs.zip', NOW)).map(({ run }) => run.name)).toEqual([
    'GPPO, seed 1',
    'GPPO/seed 1',
    '../..',
    'gppo-seed-1',
  ]);
});

it('reads command-line folders as complete, interrupted or failed runs with stable ids', async () => {
  const { sft: _, ...config } = tinyRun();
  const folder = (steps: number, more: Record<string, string> = {}) =>
    Object.entries({
      'config.json': JSON.stringify(config),
      'metrics.jsonl': Array.from({ length: steps }, (_, i) => `${JSON.stringify(record(i + 1))}\n`).join(''),
      ...more,
    }).map(([path, text]) => ({ path: `demo/${path}`, text }));
  const [whole] = await readRunFolder(folder(4), '', NOW);
  expect(whole).toMatchObject({
    run: {
      name: 'tiny',
      state: 'complete',
      adapter: '',
      note: '',
      started: NOW - 20,
      changed: NOW,
      digest: { rl: 4 },
      config,
    },
  });
  expect((await readRunFolder(folder(2), '', NOW))[0]?.run.state).toBe('interrupted');
  expect((await readRunFolder(folder(2, { 'error.txt': 'NaN in the loss\n' }), '', NOW))[0]?.run).toMatchObject({
    state: 'failed',
    error: 'NaN in the loss',
  });
  expect((await readRunFolder(folder(4), 'elsewhere', NOW + 5))[0]?.run.id).toBe(whole?.run.id);
  expect((await readRunFolder(folder(3), '', NOW))[0]?.run.id).not.toBe(whole?.run.id);
});

it('a folder written before fields were renamed loads with the names of today', async () => {
  const { sft: _, ...config } = tinyRun();
  const { tis_cap: cap, ...rl } = config.rl!;
  const [back] = await readRunFolder(
    [
      { path: 'config.json', text: JSON.stringify({ ...config, rl: { ...rl, correction_cap: cap } }) },
      { path: 'metrics.jsonl', text: `${JSON.stringify(record(1))}\n` },
    ],
    'run.zip',
    NOW,
  );
  expect(back?.run.config).toEqual(config);
});

it('reads only the files that describe a run', async () => {
  const files = [
    'demo/config.json',
    'demo/metrics.jsonl',
    'demo/checkpoint/config.json',
    'demo/checkpoint/model.safetensors',
    'demo/state.safetensors',
  ];
  expect(files.filter(isRunFile)).toEqual(['demo/config.json', 'demo/metrics.jsonl', 'demo/checkpoint/config.json']);
  const texts = files.filter(isRunFile).map((path) => ({
    path,
    text: path.endsWith('jsonl')
      ? ''
      : JSON.stringify(path.includes('checkpoint') ? { model_type: 'llama' } : tinyRun()),
  }));
  expect(await readRunFolder(texts, 'demo', NOW)).toHaveLength(1);
});

it('ignores a truncated last line and names a broken line before it', () => {
  const whole = JSON.stringify(record(1));
  expect(parseMetrics(`${whole}\n${whole.slice(0, 20)}`, 'metrics.jsonl')).toEqual([record(1)]);
  expect(parseMetrics(`${whole}\n${JSON.stringify(record(2))}`, 'metrics.jsonl')).toEqual([record(1), record(2)]);
  expect(() => parseMetrics(`${whole}\n${whole.slice(0, 20)}\n${whole}\n`, 'a/metrics.jsonl')).toThrow(
    /^a\/metrics\.jsonl: line 2: not JSON/,
  );
  expect(() =>
    parseMetrics(
      `{"step":1,"phase":"rl","metrics":{"loss":null},"time":{"step_ms":1,"tokens_per_second":1}}\n`,
      'metrics.jsonl',
    ),
  ).toThrow(/^metrics\.jsonl: line 1: metrics\.loss: /);
});

it.each([
  ['{"started":9007199254740991}', /run\.json: started: expected at most 8640000000000000/],
  [JSON.stringify({ adapter: 'x'.repeat(1001) }), /run\.json: adapter: expected at most 1,?000 characters/],
  ['{"id":".."}', /run\.json: id: expected an id that can name a folder/],
  ['{"id":"a\\ud800"}', /run\.json: id: expected an id that can name a folder/],
  ['{"state":"done"}', /run\.json: state: expected one of complete, stopped/],
])('refuses a run.json that cannot be of a run: %j', async (text, reason) => {
  const files = runFiles(archivedRun('one', 2)).map((file) => (file.path === 'run.json' ? { ...file, text } : file));
  await expect(readRunFolder(files, 'demo', NOW)).rejects.toThrow(reason);
});

it('has a start that is a date, whatever the times of its records', async () => {
  const files = runFiles(archivedRun('one', 2))
    .filter(({ path }) => path !== 'run.json')
    .map(({ path, text }) => ({ path, text: text.replaceAll('"step_ms":5', '"step_ms":1e300') }));
  expect((await readRunFolder(files, 'demo', NOW))[0]?.run.started).toBe(0);
});

it('explains why a folder is not a run', async () => {
  await expect(readRunFolder([{ path: 'config.json', text: '{}' }], 'checkpoint', NOW)).rejects.toThrow(
    'checkpoint: there is no run in it.',
  );
  const config = JSON.stringify({ ...tinyRun(), seed: -1 });
  await expect(
    readRunFolder(
      [
        { path: 'a/config.json', text: config },
        { path: 'a/metrics.jsonl', text: '' },
      ],
      'runs.zip',
      NOW,
    ),
  ).rejects.toThrow(/^runs\.zip\/a\/config\.json: seed: /);
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { memoryFile } from '../data/data-file.ts';
import { StudioError } from '../errors.ts';
import { LOG_LIMITS, type LogFile, type MetricLog } from './metric-log.ts';
import { readLog, readLogs } from './read-logs.ts';
import { crc32c, maskedCrc } from './tf-records.ts';

const FIXTURES = new URL('../../tests/fixtures/logs/', import.meta.url);
const bytes = (path: string) => new Uint8Array(readFileSync(new URL(path, FIXTURES)));
const file = (path: string) => memoryFile(path.split('/').at(-1) ?? path, bytes(path));
const EXPECTED = JSON.parse(readFileSync(new URL('expected.json', FIXTURES), 'utf8')) as Record<
  string,
  Record<string, { steps: number[]; values: number[] }>
>;

/** TensorBoard keeps every value of a step, a curve the last. */
const lastOfStep = (all: (typeof EXPECTED)[string] = {}) =>
  Object.fromEntries(
    Object.entries(all).map(([name, { steps, values }]) => {
      const kept = steps.flatMap((step, i) => (steps[i + 1] === step ? [] : [i]));
      return [name, { steps: kept.map((i) => steps[i]), values: kept.map((i) => values[i]) }];
    }),
  );

/** By name. */
const seriesOf = ({ series }: MetricLog) =>
  Object.fromEntries(series.map(({ name, steps, values }) => [name, { steps, values }]));
async function only(name: string, content: string | Uint8Array): Promise<MetricLog> {
  const [log, ...others] = await readLog(memoryFile(name, content));
  if (!log || others.length > 0) throw new Error('expected one run');
  return log;
}
const refusal = async (name: string, content: string | Uint8Array, limits = LOG_LIMITS): Promise<string> => {
  const error = await readLog(memoryFile(name, content), {}, limits).catch((thrown: unknown) => thrown);
  if (!(error instanceof StudioError)) throw new Error(`expected a StudioError, found ${String(error)}`);
  expect(error.kind).toBe('input');
  return error.line;
};

describe('files of the tools themselves', () => {
  it('reads verl’s file logger, with NaN as a gap', async () => {
    const [log] = await readLog(file('verl.jsonl'));
    if (!log) throw new Error('expected a log');
    expect(log.source).toBe('verl');
    const series = seriesOf(log);
    expect(series['critic/score/mean']?.steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(series['critic/score/mean']?.values.at(-1)).toBeCloseTo(0.8, 12);
    expect(series['actor/grad_norm']?.steps).toEqual([1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(series['val-core/openai/gsm8k/acc/mean@1']).toEqual({ steps: [0, 6, 12], values: [0.125, 0.375, 0.625] });
    expect(series['training/global_step']).toBeUndefined();
    expect(log.notes).toEqual(['1 value is missing or not finite (null, NaN, infinity): gaps in the curves.']);
    expect(log.leftOut).toEqual({ count: 0, list: [] });
  });

  it('reads the same numbers from trainer_state.json, TensorBoard, CSV and Parquet of one TRL run', async () => {
    const paths = ['trainer_state.json', 'events.out.tfevents.1.node.1.0', 'history.csv', 'history.parquet'];
    const logs = (await Promise.all(paths.map((path) => readLog(file(`trl/${path}`))))).flat();
    expect(logs.map(({ source }) => source)).toEqual(['transformers', 'tensorboard', 'csv', 'wandb']);
    const [state, events, csv, parquet] = logs.map(seriesOf);
    const reward = state?.['reward'];
    expect(reward?.steps).toEqual([1, 17]);
    expect(csv?.['reward']).toEqual(reward);
    expect(parquet?.['train/reward']).toEqual(reward);
    // TensorBoard stores float32.
    expect(events?.['train/reward']).toEqual({ ...reward, values: reward?.values.map(Math.fround) });
    expect(state?.['eval_reward']?.steps).toEqual([8, 16, 17]);
    expect(csv?.['eval_reward']).toEqual(state?.['eval_reward']);
    expect(logs.every(({ leftOut }) => leftOut.count === 0)).toBe(true);
  });

  it('reads scalars as TensorBoard does, simple values and tensors', async () => {
    const [log] = await readLog(file('trl/events.out.tfevents.1.node.1.0'));
    expect(log && seriesOf(log)).toEqual(lastOfStep(EXPECTED['trl/events.out.tfevents.1.node.1.0']));
  });

  it('reads the event files of a folder as one run, without what a restart superseded', async () => {
    const files: LogFile[] = ['2', '1'].map((number) => {
      const path = `restarted/events.out.tfevents.${number}.node.1.0`;
      return { path, file: file(path) };
    });
    const { logs, failed } = await readLogs(files);
    expect(failed).toEqual([]);
    expect(logs.map(seriesOf)).toEqual([EXPECTED['restarted']]);
    expect(logs[0]?.file).toBe('restarted');
    expect(logs[0]?.notes[0]).toMatch(/^6 values of before a restart are left out/);
  });

  it('takes a step that goes back for a restart in files of before version 2', async () => {
    const [log] = await readLog(file('events.out.tfevents.version1'));
    expect(log && seriesOf(log)).toEqual(EXPECTED['events.out.tfevents.version1']);
  });

  it('knows an event file by its contents', async () => {
    const log = await only('renamed.bin', bytes('events.out.tfevents.version1'));
    expect(log.source).toBe('tensorboard');
  });
});

describe('formats without a tool at hand', () => {
  it('splits a chart that W&B exports into its runs', async () => {
    const columns = ['GPPO - seed 7 - actor/entropy', 'ppo - actor/entropy'];
    const log = [
      ['Step', ...columns.flatMap((column) => [column, `${column}__MIN`, `${column}__MAX`])],
      [1, 0.5, 0.5, 0.5, 0.6, 0.6, 0.6],
      [3, 0.25, 0.2, 0.3, '', '', ' '],
    ]
      .map((cells) => cells.map((cell) => `"${cell}"`).join(','))
      .join('\n');
    const logs = await readLog(memoryFile('wandb_export.csv', `${log}\n`));
    expect(logs.map(({ run, source }) => [run, source])).toEqual([
      ['GPPO - seed 7', 'wandb'],
      ['ppo', 'wandb'],
    ]);
    expect(logs.map(seriesOf)).toEqual([
      { 'actor/entropy': { steps: [1, 3], values: [0.5, 0.25] } },
      { 'actor/entropy': { steps: [1], values: [0.6] } },
    ]);
  });

  it('numbers runs of one name in such a chart', async () => {
    const columns = ['r - a', 'r - a__MIN', 'r - a__MAX'];
    const text = `${['Step', ...columns, ...columns].join(',')}\n1,0.5,0.5,0.5,0.25,0.25,0.25\n`;
    const logs = await readLog(memoryFile('chart.csv', text));
    expect(logs.map((log) => [log.run, seriesOf(log)['a']?.values])).toEqual([
      ['r', [0.5]],
      ['r (2)', [0.25]],
    ]);
  });

  it('reads W&B’s history by the trainer’s own steps, and texts that are not finite numbers as gaps', async () => {
    const log = await only(
      'wandb-history.jsonl',
      '{"_step":0,"_runtime":3.5,"train/global_step":10,"train/reward":0.5}\n' +
        '{"_step":1,"_runtime":4.5,"train/global_step":20,"train/reward":"NaN"}\n' +
        '{"_step":2,"_runtime":5.5,"train/global_step":30,"train/reward":0.75,"note":"x"}\n',
    );
    expect(log.source).toBe('wandb');
    expect(seriesOf(log)).toEqual({ 'train/reward': { steps: [10, 30], values: [0.5, 0.75] } });
    expect(log.notes.join(' ')).toContain('Left out, without a number: note.');
    expect(log.notes.join(' ')).toContain('Steps are those of train/global_step.');
  });

  it('reads JSON lines with NaN and Infinity, as Python writes them, whatever the name', async () => {
    const log = await only('log.txt', '{"step": 1, "loss": NaN, "name": "NaN \\" Infinity"}\n{"step": 2, "loss": 3}\n');
    expect(seriesOf(log)).toEqual({ loss: { steps: [2], values: [3] } });
    expect(await only('a.jsonl', '{"step":1,"a":-Infinity,"b":1}').then(seriesOf)).toEqual({
      b: { steps: [1], values: [1] },
    });
  });

  it('uses the value written last where a restarted run logged a step again', async () => {
    const log = await only('a.jsonl', [1, 2, 3, 2, 3].map((step, i) => `{"step":${step},"a":${i}}\n`).join(''));
    expect(seriesOf(log)).toEqual({ a: { steps: [1, 2, 3], values: [0, 3, 4] } });
    expect(log.notes[0]).toMatch(/^2 values are logged for a step that has another one/);
  });

  it('keeps the value of a step where another row of it has null, as in W&B’s history as JSON lines', async () => {
    const log = await only(
      'history.jsonl',
      '{"_step":0,"train/global_step":10,"train/loss":0.5,"eval/loss":null}\n' +
        '{"_step":1,"train/global_step":10,"train/loss":null,"eval/loss":0.75}\n',
    );
    expect(seriesOf(log)).toEqual({
      'train/loss': { steps: [10], values: [0.5] },
      'eval/loss': { steps: [10], values: [0.75] },
    });
  });

  it('reads decimal commas beside semicolons, with points between groups of digits', async () => {
    const log = await only('a.csv', '\ufeffstep;loss;lr\r\n1.000;0,5;1,5e-3\r\n2.000;1;"-1.234,5"\r\n');
    expect(seriesOf(log)).toEqual({
      loss: { steps: [1000, 2000], values: [0.5, 1] },
      lr: { steps: [1000, 2000], values: [0.0015, -1234.5] },
    });
    expect(log.notes).toEqual(['Numbers are read with a comma before their decimals.']);
    const [chart] = await readLog(memoryFile('chart.csv', 'Step;a - b;a - b__MIN;a - b__MAX\n1;0,5;0,5;0,5\n'));
    expect(chart && seriesOf(chart)).toEqual({ b: { steps: [1], values: [0.5] } });
  });

  it('notes cells without a number in a column that has numbers', async () => {
    const log = await only('a.csv', 'step,loss,acc\n1,"0,5",1\n2,0.25,\n3,"0,125",1\n');
    expect(seriesOf(log)['loss']).toEqual({ steps: [2], values: [0.25] });
    expect(log.notes).toEqual([
      '2 cells without a number left out of columns with numbers, the first of them loss: "0,5" (line 2).',
    ]);
  });

  it('takes names that mean something to objects as any other', async () => {
    const log = await only('a.jsonl', '{"step":1,"__proto__":2,"constructor":3,"toString":4}\n');
    expect(log.series.map(({ name, values }) => [name, values[0]])).toEqual([
      ['__proto__', 2],
      ['constructor', 3],
      ['toString', 4],
    ]);
  });
});

describe('incomplete and damaged files', () => {
  const LINES = '{"step":1,"a":1}\n{"step":2,"a":2}\n';
  it('accepts a last line that is still being written, with a note', async () => {
    const log = await only('a.jsonl', `${LINES}{"step":3,"a`);
    expect(seriesOf(log)).toEqual({ a: { steps: [1, 2], values: [1, 2] } });
    expect(log.notes).toEqual(['Its last record is incomplete and was left out: the run may still be writing.']);
    expect(log.leftOut.count).toBe(0);
  });

  it('names a damaged line in the middle, and one at the end that is complete', async () => {
    const log = await only('a.jsonl', `{"step":0,"a":0}\n{"step":1 "a":1}\n${LINES}oops\n`);
    expect(log.leftOut.count).toBe(2);
    expect(log.leftOut.list[0]).toMatch(/^line 2: not JSON: column 10/);
    expect(log.leftOut.list[1]).toMatch(/^line 5: not JSON/);
    expect(log.notes).toEqual([]);
  });

  it('accepts trainer_state.json that is cut off, and a CSV whose last row is', async () => {
    const whole = new TextDecoder().decode(bytes('trl/trainer_state.json'));
    const log = await only('trainer_state.json', whole.slice(0, whole.indexOf('"step": 3,') - 10));
    expect(seriesOf(log)['loss']?.steps).toEqual([1, 2]);
    expect(log.notes).toContain('The file ends before the end of its list: it may be cut off.');
    const csv = await only('a.csv', 'step,a,b\n1,2,3\n2,3');
    expect(seriesOf(csv)).toEqual({ a: { steps: [1], values: [2] }, b: { steps: [1], values: [3] } });
    expect(csv.leftOut.count).toBe(0);
    expect((await only('a.csv', 'step,a,b\n1,2,3\n2,3\n3,4,5\n')).leftOut.list).toEqual([
      'line 3: expected 3 fields, found 2',
    ]);
  });

  it('accepts an event file that is cut off at any byte, and names the offset of a damaged record', async () => {
    const whole = bytes('events.out.tfevents.version1');
    for (let size = whole.length - 1; size > 120; size--) {
      const log = await only('events.out.tfevents.cut', whole.slice(0, size));
      expect(log.leftOut.count).toBe(0);
      expect(log.series.length).toBeGreaterThan(0);
    }
    const damaged = whole.slice();
    // The second record is that of `a` at step 0: its data begin 12 bytes after its offset.
    const second = 16 + (whole[0] ?? 0);
    damaged[second + 14] = (damaged[second + 14] ?? 0) ^ 255;
    const log = await only('events.out.tfevents.damaged', damaged);
    expect(log.leftOut.list).toEqual([`byte ${second}: the checksum of a record is wrong`]);
    damaged[second + 1] = 1;
    expect(await refusal('events.out.tfevents.damaged', damaged)).toContain(
      `byte ${second}: the checksum of a record’s length is wrong, so that what follows in the file cannot be read`,
    );
  });

  it('has the checksums of RFC 3720 and of TensorBoard’s tests', () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
    expect(maskedCrc(new Uint8Array(0))).toBe(0xa282ead8);
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ['a.jsonl', '{"question":"x"}\n', /a\.jsonl: line 1: expected a column step, global_step, .*found question/],
    ['a.jsonl', '{"step":1,"name":"x"}\n', /expected columns of numbers beside the step, found name: "x" \(line 1\)/],
    ['a.jsonl', '{"step":-1,"a":1}\n', /line 1: step: expected a number from 0 to 2\^53 - 1, found -1/],
    [
      'config.json',
      '{"model": {"name": "x"}, "seed": 7}',
      /config\.json: expected log_history.*found an object with model, seed/,
    ],
    ['trainer_state.json', '{"log_history": [], "max_steps": 9}', /: log_history has no entries: no step has been/],
    ['history.json', '{"history":{"loss":[2,1]}}', /expected log_history, .*found an object with history/],
    ['a.jsonl', '{"step":1,"a":NaN,"b":null}\n', /expected finite values, found 2 missing, NaN or infinite ones alone/],
    [
      'printed.log',
      "{'loss': 0.5}\n{'loss': 0.4}\n",
      /line 2: expected one object per line, or one JSON document with/,
    ],
    ['a.csv', 'step,acc\n1,50%\n', /expected columns of numbers beside the step, found acc: "50%" \(line 2\)/],
    [
      'rollouts.jsonl',
      [0, 1, 1].map((score) => `{"step":1,"input":"x","output":"y","score":${score}}\n`).join(''),
      /expected one row per step, found several, with texts or lists in input, output\. Open responses .*Token dump/,
    ],
    [
      'curves.csv',
      'strategy,step,mean\nppo,1,0.5\nppo,2,0.6\ngppo,1,0.4\ngppo,2,0.7\n',
      /expected one run, found several with the same steps, told apart by strategy\. Write one file per run/,
    ],
    ['a.csv', 'step,step\n1,2\n', /column "step" occurs twice/],
    ['a.csv', '__proto__,step\n1,2\n', /cannot be named __proto__/],
    ['run-abc.wandb', ':W&B\u0000\u0001', /run-abc\.wandb: a run's own file of W&B cannot be read\. Export the charts/],
    ['events.out.tfevents.9', 'no event file', /byte 0: the checksum of a record’s length is wrong/],
    [
      'metrics.jsonl',
      '{"step":1,"phase":"rl","metrics":{"a":1},"time":{"step_ms":1,"tokens_per_second":1}}\n',
      /found records of a run of the studio\. Import the folder of the run on the Runs page/,
    ],
  ])('refuses %s that is no log: %j', async (name, content, message) => {
    expect(await refusal(name, content)).toMatch(message);
  });

  it('bounds size, values and series, with what to do', async () => {
    const text = '{"step":1,"a":1,"b":2,"c":3}\n{"step":2,"a":1,"b":2,"c":3}\n';
    const limits = { bytes: 1000, values: 100, series: 100 };
    expect(await refusal('a.jsonl', text, { ...limits, bytes: 10 })).toMatch(
      /^a\.jsonl: expected a log of at most 10 bytes, found 1 MB\. Log fewer/,
    );
    expect(await refusal('a.jsonl', text, { ...limits, values: 5 })).toMatch(
      /^a\.jsonl: expected at most 5 values, found more\./,
    );
    const [log] = await readLog(memoryFile('a.jsonl', text), {}, { ...limits, series: 2 });
    expect(log?.series.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(log?.notes[0]).toMatch(/^More than 2 metrics, .*left out c\.$/);
  });

  it('takes a run that was resumed on another machine for one run', async () => {
    const rows = [1, 2, 3, 4, 5].map((step) => `${step},a,0.5`).concat([5, 6, 7].map((step) => `${step},b,0.25`));
    const log = await only('a.csv', `step,host,loss\n${rows.join('\n')}\n`);
    expect(seriesOf(log)['loss']?.values).toEqual([0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25]);
  });

  it('names logs of one name by their folders', async () => {
    const one = (path: string) => ({ path, file: memoryFile('log.jsonl', '{"step":1,"a":1}\n') });
    const { logs } = await readLogs([one('a/log.jsonl'), one('b/log.jsonl')]);
    expect(logs.map((log) => log.file)).toEqual(['a/log.jsonl', 'b/log.jsonl']);
  });

  it('lists files that are no logs beside those that are', async () => {
    const found = await readLogs([
      { path: 'config.json', file: memoryFile('config.json', '{"a":1}') },
      { path: 'verl.jsonl', file: file('verl.jsonl') },
    ]);
    expect(found.logs.map((log) => log.file)).toEqual(['verl.jsonl']);
    expect(found.failed.map(({ name }) => name)).toEqual(['config.json']);
  });
});

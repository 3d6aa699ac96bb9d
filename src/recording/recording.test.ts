/** Recordings of hand-written runs: what a file holds, what is left out of a long run, and what is refused. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { tinyRun } from '../../tests/support/tiny-run.ts';
import { recordedViews as views, single } from '../../tests/support/recorded-views.ts';
import type { StepRecord } from '../run/step-record.ts';
import { FrameState } from '../views/frame-state.ts';
import { parseRecording, readRecording, type Recording } from './format.ts';
import { Recorder } from './recorder.ts';
import { Replay } from './replay.ts';

const STEPS = 40;

const record = (phase: StepRecord['phase'], step: number): StepRecord => ({
  step,
  phase,
  metrics:
    phase === 'evaluation'
      ? { 'accuracy/greedy': step / 97 }
      : { 'critic/score/mean': Math.sin(step), 'zone/inside/mass': 3, 'zone/negative-low/mass': 1 / step },
  time: { step_ms: 100 + step, tokens_per_second: 1000 / 3 },
  ...(step === 7 && { note: 'One group less.' }),
});

/** An evaluation before the first step and after every tenth. */
const LINES = [
  record('evaluation', 0),
  ...Array.from({ length: STEPS }, (_, i) => i + 1).flatMap((step) =>
    step % 10 === 0 ? [record('rl', step), record('evaluation', step)] : [record('rl', step)],
  ),
];
const METRICS = LINES.map((line) => `${JSON.stringify(line)}\n`).join('');
const { sft: _sft, ...config } = tinyRun();
const ABOUT = { config, adapter: 'test adapter', steps: { sft: 0, rl: STEPS }, end: 'finished' } as const;

async function recorded(bound?: number): Promise<{ file: Blob; recording: Recording; every: number }> {
  const recorder = new Recorder(bound);
  for (let step = 1; step <= STEPS; step++) recorder.add(views(step));
  const file = await recorder.file(ABOUT, METRICS);
  return { file, recording: await readRecording(file, 'run.recording.jsonl.gz'), every: recorder.every };
}

const stepsWithTokens = ({ lines }: Recording) =>
  lines.flatMap(({ record: { step }, tokens }) => (tokens ? [step] : []));

/** What a live run shows after all steps. */
function liveFrame() {
  const live = new FrameState();
  for (const line of LINES) live.add({ records: [line], ...(line.phase === 'rl' && { tokens: views(line.step) }) });
  return live.frame({ state: 'finished', phase: 'rl', step: STEPS, steps: STEPS, activity: '' });
}

describe('a recording', () => {
  it('replays to the frame that the live run ended with, number by number', async () => {
    const { recording } = await recorded();
    const replay = new Replay(recording);
    const expected = liveFrame();
    // JSON has no infinity: the page shows both as a dash.
    expected.rollouts[0]!.tokens[0]!.ratio = NaN;
    expect(replay.frame(replay.length, 'running')).toEqual(expected);
  });

  it('shows after a seek what it shows when it is played to the same place, back and forth', async () => {
    const { recording } = await recorded();
    const played = new Replay(recording);
    const sought = new Replay(recording);
    const frames = Array.from({ length: played.length + 1 }, (_, lines) => played.frame(lines, 'paused'));
    for (const lines of [30, 3, 0, 44, 17, 18]) expect(sought.frame(lines, 'paused')).toEqual(frames[lines]);
    expect(frames[0]).toMatchObject({ phase: 'rl', step: 0, steps: STEPS, rollouts: [] });
    expect(frames[30]).toMatchObject({ state: 'paused', step: 27, rolloutStep: 27 });
  });

  it('steps over a step with the evaluations after it, and times both', async () => {
    const replay = new Replay((await recorded()).recording);
    // The first evaluation, and step 1.
    expect(replay.nextStep(0)).toBe(2);
    expect(replay.frame(2, 'paused').step).toBe(1);
    // Step 10 and its evaluation.
    expect(replay.nextStep(10)).toBe(12);
    expect(replay.nextStep(replay.length)).toBe(replay.length);
    expect(replay.timeOf(2)).toBe(100 + 101);
    expect([0, 99, 100, 200, 201, 1e9].map((ms) => replay.linesAt(ms))).toEqual([0, 0, 1, 1, 2, replay.length]);
  });

  it('keeps the tokens of fewer steps where they exceed the bound, of every k-th and of the last', async () => {
    expect(stepsWithTokens((await recorded()).recording)).toHaveLength(STEPS);
    const bound = 200_000;
    const { recording, every, file } = await recorded(bound);
    expect(every).toBeGreaterThan(1);
    expect(recording.tokens_every).toBe(every);
    const expected = Array.from({ length: STEPS }, (_, i) => i + 1).filter((step) => (step - 1) % every === 0);
    expect(stepsWithTokens(recording)).toEqual([...expected, STEPS]);
    expect(file.size).toBeLessThan(bound);
    const replay = new Replay(recording);
    expect(replay.frame(replay.length, 'running').scatter).toEqual(liveFrame().scatter);
  });

  it('rounds the tokens of earlier steps and keeps a sample of them', async () => {
    const { recording } = await recorded();
    const [first] = recording.lines.flatMap(({ tokens }) => (tokens ? [tokens] : []));
    expect(first?.used?.scatter?.logRatio).toHaveLength(300);
    expect(first?.used?.scatter?.total).toBe(1000);
    expect(first?.rollouts[0]?.advantage).toBe(Number(single(1).toPrecision(4)));
  });

  it('has no row of a problem, which may hold data of its own', async () => {
    const recorder = new Recorder();
    const shown = views(1);
    shown.rollouts[0]!.given = { response: '2', finished: true, row: { secret: 'name' } };
    recorder.add(shown);
    const text = new TextDecoder().decode(
      await new Response(
        (await recorder.file(ABOUT, `${JSON.stringify(record('rl', 1))}\n`))
          .stream()
          .pipeThrough(new DecompressionStream('gzip')),
      ).arrayBuffer(),
    );
    expect(text).toContain('"prompt":"1+1="');
    expect(text).not.toContain('secret');
  });
});

describe('a file that is no recording', () => {
  const valid = async () => {
    const { file } = await recorded();
    return new Response(file.stream().pipeThrough(new DecompressionStream('gzip'))).text();
  };
  const changed = async (line: number, change: (text: string) => string) => {
    const lines = (await valid()).split('\n');
    lines[line - 1] = change(lines[line - 1]!);
    return lines.join('\n');
  };

  it('is read packed, and as a server unpacks it', async () => {
    const text = await valid();
    expect((await readRecording(new Blob([text]), 'a')).lines).toHaveLength(LINES.length);
    expect((await readRecording(new Blob([gzipSync(text)]), 'a')).lines).toHaveLength(LINES.length);
  });

  it.each([
    ['no JSON', 5, () => '{"record":', /^run: line 5: not JSON: column 11/],
    ['another format', 1, () => '{"format":"x"}', /^run: line 1: expected "format": "gppo-studio-recording"/],
    [
      'a later version',
      1,
      (text: string) => text.replace('"version":1', '"version":2'),
      /^run: line 1: expected version 1 of the format, found 2/,
    ],
    ['a config with a problem', 1, (text: string) => text.replace('"seed":', '"sead":'), /^run: line 1: config/],
    [
      'a metric that is no number',
      3,
      (text: string) => text.replace(/"critic\/score\/mean":[^,]+/, '"critic/score/mean":"high"'),
      /^run: line 3: record\.metrics\.critic\/score\/mean: expected a number/,
    ],
    [
      'lists of unequal length',
      3,
      (text: string) => text.replace('"log_ratio":[', '"log_ratio":[0,'),
      /^run: line 3: tokens\.scatter: expected lists of equal length/,
    ],
    [
      'a zone that does not exist',
      3,
      (text: string) => text.replace('"zone":[1]', '"zone":[5]'),
      /^run: line 3: tokens\.rollouts\.0\.tokens\.zone\.0: expected/,
    ],
    [
      'a step out of order',
      5,
      (text: string) => text.replace('"step":3', '"step":1'),
      /^run: line 5: expected a later step than rl 2, found rl 1/,
    ],
    [
      'negative time',
      4,
      (text: string) => text.replace('"step_ms":', '"step_ms":-'),
      /^run: line 4: record\.time\.step_ms: expected at least 0/,
    ],
  ])('is refused by its line: %s', async (_what, line, change, message) => {
    const text = await changed(line, change);
    expect(() => parseRecording(text, 'run')).toThrow(message);
  });

  it('is refused when it is truncated or empty', async () => {
    const { file } = await recorded();
    await expect(readRecording(file.slice(0, file.size - 20), 'run')).rejects.toThrow(
      'run: cannot be unpacked: it is not a gzip file, or is truncated',
    );
    await expect(readRecording(new Blob(['']), 'run')).rejects.toThrow(/^run: line 1: not JSON/);
    const [header = ''] = (await valid()).split('\n');
    expect(() => parseRecording(`${header}\n`, 'run')).toThrow('run: expected at least one record, found none');
  });

  it('is refused while it unpacks, once it is too large', async () => {
    const bomb = gzipSync(Buffer.alloc(50e6, 0x20));
    await expect(readRecording(new Blob([bomb]), 'run')).rejects.toThrow('at most 40 million characters');
  });
});

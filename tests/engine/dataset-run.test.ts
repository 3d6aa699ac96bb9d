/** Runs on data: what is trained of an example, and that a config with its file determines a run. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { blobFile } from '../../src/data/data-file.ts';
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import { Model } from '../../src/model/model.ts';
import { scoreSequences } from '../../src/model/training/scoring.ts';
import { initializeTensors } from '../../src/model/weights/initial-weights.ts';
import { floatSource } from '../../src/model/weights/weight-source.ts';
import { stream } from '../../src/random.ts';
import type { RunConfig } from '../../src/run/config.ts';
import type { StepRecord } from '../../src/run/step-record.ts';
import { SftConfig } from '../../src/run/config/sft.ts';
import { RUN_SOURCES, runSources } from '../../src/session/resolved-run.ts';
import { RunSession } from '../../src/session/session.ts';
import { SftTrainer } from '../../src/sft/trainer.ts';
import type { WorkerEvent } from '../../src/worker/events.ts';
import type { Result } from '../../src/views/result.ts';
import { Studio } from '../../src/worker/studio.ts';
import { cliHere } from '../support/cli.ts';
import { SETTLED, testGpu, testProvider, testTuner } from '../support/gpu.ts';
import { TINY_CONFIG } from '../support/tiny-checkpoint.ts';
import { recordsOf, withoutTime } from '../support/run-records.ts';
import { tinyRun } from '../support/tiny-run.ts';

let gpu: Gpu;
let tuner: Tuner;
beforeAll(async () => {
  gpu = await testGpu();
  tuner = testTuner(gpu);
});
afterAll(() => gpu.destroy());

describe('an example whose loss mask has gaps', () => {
  it('trains the tokens of the mask alone', async () => {
    const examples = [
      { tokens: [1, 2, 3, 4, 5, 6, 2, 1], lossMask: [0, 0, 1, 1, 0, 0, 1, 1] as (0 | 1)[] },
      { tokens: [6, 5, 4, 3, 2], lossMask: [0, 1, 0, 0, 1] as (0 | 1)[] },
    ];
    const model = await Model.load(gpu, TINY_CONFIG, floatSource(initializeTensors(TINY_CONFIG, stream(1, 'test'))));
    const scores = await scoreSequences(
      model,
      tuner,
      examples.map(({ tokens }) => tokens),
    );
    const trained = examples.flatMap(({ lossMask }, i) =>
      lossMask.flatMap((one, t) => (one === 1 ? [scores[i]?.logprobs[t - 1] ?? NaN] : [])),
    );
    const config = SftConfig.parse({ steps: 1, batch_size: 2, learning_rate: 1e-3 });
    const trainer = await SftTrainer.create({
      model,
      tuner,
      examples: {
        steps: 1,
        longest: { rows: 8, targets: 8 },
        batch: () => examples,
        epochsAfter: () => undefined,
        validation: [],
      },
      config,
    });
    const { metrics } = await trainer.step(1);
    expect(metrics['train/loss']).toBeCloseTo(-trained.reduce((sum, one) => sum + one, 0) / trained.length, 5);
    trainer.destroy();
    model.destroy();
  });
});

const ROWS = Array.from({ length: 60 }, (_, i) => ({
  question: `${i}+1`,
  answer: `It is ${i}+1.\n#### ${i + 1}`,
  level: i < 10 ? 'easy' : 'hard',
}));
const FILE = ROWS.map((row) => JSON.stringify(row)).join('\n');

function dataRun(change: object = {}): RunConfig {
  return tinyRun(
    {
      model: {
        architecture: {
          hidden_size: 16,
          layers: 1,
          heads: 2,
          intermediate_size: 20,
          max_positions: 40,
        },
      },
      task: {
        name: 'dataset',
        data: { path: 'sums.jsonl' },
        columns: { prompt: 'question', answer: 'answer', difficulty: 'level' },
        held_out: { share: 0.2 },
        rewards: [
          { name: 'number', answer_marker: '####' },
          { name: 'length', weight: 0.5, max_tokens: 20, cache_tokens: 10 },
        ],
        ...change,
      },
      evaluation: { every: 4, problems: 6 },
    },
    { max_response_tokens: 12 },
  );
}

const sources = (text = FILE) => runSources({ data: ({ path }) => Promise.resolve(blobFile(new Blob([text]), path)) });

async function records(config: RunConfig, text?: string): Promise<{ config: RunConfig; records: StepRecord[] }> {
  const session = await RunSession.create({ gpu, tuner, config, checkpoint: undefined, sources: sources(text) });
  const found = await recordsOf(session);
  session.destroy();
  return { config: session.config, records: found };
}

/** The same run on the page, in a worker of its own: the file is added, named by the recipe, and trained on. */
async function recordsOfPage(config: RunConfig): Promise<StepRecord[]> {
  const value = <T>(result: Result<T> | undefined): T => {
    if (!result?.ok) throw new Error(result?.error.message ?? 'no result');
    return result.value;
  };
  const studio = new Studio(testProvider(), 'http://localhost/models/', SETTLED);
  const events: WorkerEvent[] = [];
  await studio.subscribe((event) => events.push(event));
  const [added] = await studio.addData([{ path: 'sums.jsonl', file: new File([FILE], 'sums.jsonl') }]);
  const { reference } = value(added);
  if (config.task.name !== 'dataset') throw new Error('expected a run on data');
  const task = { ...config.task, data: { ...reference, skip_bad_rows: false } };
  value(await studio.start({ ...config, task }, { paused: false, run: 'page' }));
  await vi.waitFor(() => expect(events).toContainEqual(expect.objectContaining({ type: 'run-end' })), 60_000);
  expect(events.find(({ type }) => type === 'run-end')).toMatchObject({ state: 'finished' });
  await studio.stop();
  return events.flatMap((event) => (event.type === 'run-records' ? event.records : []));
}

describe('a run on data', () => {
  it('gives the same records on the page, in every worker, and on the command line', async () => {
    const config = dataRun();
    const page = withoutTime(await recordsOfPage(config));
    expect(page.map(({ phase }) => phase)).toEqual(expect.arrayContaining(['sft', 'rl', 'evaluation']));
    expect(withoutTime(await recordsOfPage(config))).toEqual(page);
    // Another seed gives another run.
    expect(withoutTime(await recordsOfPage({ ...config, seed: config.seed + 1 }))).not.toEqual(page);

    const folder = mkdtempSync(join(tmpdir(), 'gppo-data-run-'));
    writeFileSync(join(folder, 'sums.jsonl'), FILE);
    writeFileSync(join(folder, 'run.json'), JSON.stringify(config));
    const outcome = await cliHere('train', join(folder, 'run.json'), '--output', join(folder, 'out'));
    expect({ status: outcome.status, stderr: outcome.stderr }).toEqual({ status: 0, stderr: '' });
    const lines = readFileSync(join(folder, 'out', 'metrics.jsonl'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(withoutTime(lines.map((line) => JSON.parse(line) as StepRecord))).toEqual(page);
    rmSync(folder, { recursive: true, force: true });
  });

  it('is determined by its config, its file and its seed, and names the file by content', async () => {
    const first = await records(dataRun());
    const again = await records(first.config);
    expect(withoutTime(again.records)).toEqual(withoutTime(first.records));
    expect(first.config.task).toMatchObject({
      data: { path: 'sums.jsonl', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string, rows: 60 },
    });
    const rl = first.records.find(({ phase }) => phase === 'rl')?.metrics ?? {};
    for (const name of ['rewards/number/mean', 'rewards/length/mean', 'accuracy/rollout'])
      expect(rl[name], name).toBeDefined();
    expect(rl['critic/score/mean']).toBeCloseTo(
      (rl['rewards/number/mean'] ?? NaN) + 0.5 * (rl['rewards/length/mean'] ?? NaN),
      6,
    );
  });

  it('refuses a file with another content, with both checksums', async () => {
    const { config } = await records(dataRun());
    await expect(records(config, `${FILE}\n{"question":"a","answer":"b","level":"c"}`)).rejects.toThrow(
      /sums\.jsonl.*[0-9a-f]{64}.*[0-9a-f]{64}/,
    );
  });

  it('needs a place for its file', async () => {
    const session = RunSession.create({ gpu, tuner, config: dataRun(), checkpoint: undefined, sources: RUN_SOURCES });
    await expect(session).rejects.toMatchObject({ kind: 'input', field: 'task.data' });
  });
});

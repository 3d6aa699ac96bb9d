/** Runs on data: what is trained of an example, and that a config with its file determines a run. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
import { testGpu, testTuner } from '../support/gpu.ts';
import { TINY_CONFIG } from '../support/tiny-checkpoint.ts';
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
  const found: StepRecord[] = [];
  for (let step = await session.next(); step; step = await session.next()) found.push(...step.records);
  session.destroy();
  return { config: session.config, records: found };
}

describe('a run on data', () => {
  it('is determined by its config, its file and its seed, and names the file by content', async () => {
    const first = await records(dataRun());
    const again = await records(first.config);
    const metrics = (all: StepRecord[]) => all.map(({ step, phase, metrics: values }) => ({ step, phase, values }));
    expect(metrics(again.records)).toEqual(metrics(first.records));
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

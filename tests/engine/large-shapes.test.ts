/**
 * GPT-2's and Qwen2's shapes with their real vocabularies and tokenizers, narrow and shallow, from bf16 checkpoints on
 * disk: scoring, generation and a LoRA GPPO step, in the memory that was planned before any weight was read.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  loadCheckpoint as readWhole,
  modelCheckpoint,
  openCheckpoint,
  type ModelCheckpoint,
} from '../../src/checkpoint/checkpoint.ts';
import { folderSource } from '../../src/cli/folder-source.ts';
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import { Generator } from '../../src/model/generation/generator.ts';
import { Model } from '../../src/model/model.ts';
import { scoreSequences } from '../../src/model/training/scoring.ts';
import { parseRunConfig, type RunConfig } from '../../src/run/config.ts';
import { planRun, roomLeft } from '../../src/session/memory-fitting.ts';
import { RunSession } from '../../src/session/session.ts';
import { resolveRun } from '../../src/session/resolved-run.ts';
import { SHAPES, writeRandomCheckpoint } from '../../scripts/random-checkpoint.ts';
import { testGpu, testTuner } from '../support/gpu.ts';
import { tokenizerFiles } from '../support/real-tokenizer.ts';

let gpu: Gpu;
let tuner: Tuner;
let folder: string;
beforeAll(async () => {
  gpu = await testGpu();
  tuner = testTuner(gpu);
  folder = await mkdtemp(join(tmpdir(), 'large-shapes-'));
});
afterAll(async () => {
  gpu.destroy();
  await rm(folder, { recursive: true });
});

const LORA = { rank: 4, alpha: 8, targets: ['all-linear'] };
const CASES = [
  { name: 'gpt2-124m', tokenizer: 'gpt2', narrow: { n_embd: 24, n_head: 2, n_layer: 3 } },
  {
    name: 'qwen2-0.5b',
    tokenizer: 'qwen3',
    narrow: {
      hidden_size: 24,
      intermediate_size: 40,
      num_hidden_layers: 3,
      num_attention_heads: 4,
      num_key_value_heads: 2,
      max_position_embeddings: 512,
    },
  },
] as const;

describe.each(CASES)('$name, narrow', ({ name, tokenizer, narrow }) => {
  const path = () => join(folder, name);
  const open = () => openCheckpoint(folderSource(path()), name);
  let checkpoint: ModelCheckpoint;
  beforeAll(async () => {
    await writeRandomCheckpoint(path(), {
      fields: { ...SHAPES[name], ...narrow },
      dtype: 'BF16',
      seed: 3,
      shardBytes: 3e6,
      files: tokenizerFiles(tokenizer),
    });
    checkpoint = modelCheckpoint(await open());
  });

  const run = (change: { lora?: unknown; memory?: unknown; rl?: Record<string, unknown> } = {}): RunConfig =>
    parseRunConfig(
      {
        name,
        seed: 4,
        model: { checkpoint: path(), ...(change.lora !== undefined && { lora: change.lora }) },
        task: { name: 'addition', digits: 2 },
        rl: {
          steps: 1,
          prompts: 2,
          responses: 4,
          max_response_tokens: 5,
          minibatches: 1,
          filter_groups: false,
          entropy_coefficient: 0.01,
          strategy: { name: 'gppo' },
          ...change.rl,
        },
        ...(change.memory !== undefined && { memory: change.memory }),
      },
      'run',
    );

  it('a frozen model takes as much memory as on disk and scores as its weights widened to f32', async () => {
    const before = gpu.counters.bytes;
    const stored = await Model.load(gpu, checkpoint.config, checkpoint.weights, { trained: () => false });
    const taken = gpu.counters.bytes - before;
    const onDisk = (await open()).weights.bytes;
    const angles = stored.angles?.size ?? 0;
    // Vectors and positions are kept in f32, rows and columns padded.
    expect(taken - angles).toBeLessThan(1.05 * onDisk + 4 * 24 * 1024);
    const whole = await readWhole(await open());
    const widened = await Model.create(gpu, whole.config, whole.tensors);
    const V = checkpoint.config.vocabularySize;
    const sequences = [
      [1, V - 1, 17, 40_000],
      [V - 2, 3],
    ];
    const outputs = async (model: Model) => {
      const generator = await Generator.create(model, tuner, { sequences: 2, promptTokens: 3, responseTokens: 4 });
      const written = await generator.generate([[5, 50_000, 7], [9]], {
        temperature: 0.9,
        topK: 200,
        topP: 0.95,
        seed: 8,
        maxTokens: 4,
        endTokens: [],
      });
      generator.destroy();
      return { scores: await scoreSequences(model, tuner, sequences), written };
    };
    const found = await outputs(stored);
    expect(found).toEqual(await outputs(widened));
    for (const { entropies } of found.scores)
      for (const entropy of entropies) expect(entropy).toBeGreaterThan(0.8 * Math.log(V));
    stored.destroy();
    widened.destroy();
  });

  it.each([
    ['a LoRA GPPO step', { lora: LORA, memory: { recompute: true } }],
    ['a GPPO step of all weights, in passes', { memory: { micro_batch: 3 } }],
  ])('%s takes the planned memory, within 5 %', async (_, change) => {
    const before = gpu.counters.bytes;
    const session = await RunSession.create({ gpu, tuner, config: run(change), checkpoint });
    const measured = gpu.counters.bytes - before;
    const [planned] = session.memoryPlan.phases;
    expect(Math.abs((planned?.total ?? NaN) - measured)).toBeLessThan(0.05 * measured);
    const frozen = session.memoryPlan.weights.filter(({ trained }) => !trained);
    if ('lora' in change)
      expect(frozen.map(({ precision }) => precision)).toEqual(expect.arrayContaining(['bf16', 'f32']));
    else expect(frozen).toEqual([]);
    const trained = await session.model.readLora();
    const step = await session.next();
    const metrics = step?.records[0]?.metrics ?? {};
    expect(metrics['actor/grad_norm']).toBeGreaterThan(0);
    expect(Math.abs(metrics['actor/entropy'] ?? NaN)).toBeGreaterThan(0.8 * Math.log(checkpoint.config.vocabularySize));
    // B begins at 0 and has moved; A has gradient 0 before it.
    if ('lora' in change)
      expect(
        [...(await session.model.readLora())]
          .filter(([tensor, values]) => values.some((value, at) => value !== trained.get(tensor)?.[at]))
          .map(([tensor]) => tensor),
      ).toEqual([...trained.keys()].filter((tensor) => tensor.includes('lora_B')));
    session.destroy();
  });

  it('refuses a run that does not fit and names changes that make it fit', async () => {
    const lora = run({ lora: LORA, memory: { recompute: true } });
    const needed = async (config: RunConfig) =>
      (await planRun(gpu, await resolveRun(config, checkpoint))).memory.plan.phases[0]?.total ?? NaN;
    const [all, adapters] = [await needed(run()), await needed(lora)];
    expect(adapters).toBeLessThan(0.6 * all);
    const budget_mb = (1.2 * adapters) / 1e6;
    const config = run({ memory: { budget_mb } });
    const refused = await planRun(gpu, await resolveRun(config, checkpoint)).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      kind: 'memory',
      advice: expect.stringMatching(
        /^It fits with memory\.recompute and model\.lora \{"rank": 8, "alpha": 16, "targets": \["all-linear"\]\} \([\d.]+ MB\)/,
      ) as string,
    });
    const advised = run({
      lora: { rank: 8, alpha: 16, targets: ['all-linear'] },
      memory: { budget_mb, recompute: true },
    });
    expect(await needed(advised)).toBeLessThanOrEqual(budget_mb * 1e6);
  });

  it('reports the longest response that would fit', async () => {
    const longer = (tokens: number) => run({ lora: LORA, rl: { max_response_tokens: tokens }, memory: { budget_mb } });
    const plan = async (config: RunConfig) => planRun(gpu, await resolveRun(config, checkpoint));
    const budget_mb =
      ((await plan(run({ lora: LORA, rl: { max_response_tokens: 40 }, memory: { micro_batch: 1 } }))).memory.plan
        .phases[0]?.total ?? NaN) /
        1e6 +
      0.001;
    const [, sentence = ''] = await roomLeft(gpu, await plan(longer(5)));
    const most = Number(/longest responses that fit.*: (\d+) tokens$/.exec(sentence)?.[1]);
    expect(most).toBeGreaterThanOrEqual(40);
    await plan(longer(most));
    await expect(plan(longer(most + 1))).rejects.toMatchObject({ kind: 'memory' });
  });
});

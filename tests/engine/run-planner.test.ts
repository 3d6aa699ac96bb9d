/** How often a run is resolved and planned: once, even if its recipe is edited before it starts. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ModelCheckpoint } from '../../src/checkpoint/checkpoint.ts';
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import { initializeTensors } from '../../src/model/weights/initial-weights.ts';
import { floatSource } from '../../src/model/weights/weight-source.ts';
import { stream } from '../../src/random.ts';
import { parseRunConfig, type RunConfig } from '../../src/run/config.ts';
import { memoryKey, planMemory } from '../../src/session/memory-plan.ts';
import { RUN_SOURCES, resolveRun } from '../../src/session/resolved-run.ts';
import { RunPlanner } from '../../src/session/run-planner.ts';
import { generatedTask } from '../../src/tasks/registry.ts';
import { characterTokenizer } from '../../src/text/character-tokenizer.ts';
import type { WorkerEvent } from '../../src/worker/events.ts';
import { RecipePlans } from '../../src/worker/recipe-plans.ts';
import { RolloutStore } from '../../src/worker/rollout-store.ts';
import { StateStore } from '../../src/worker/state-store.ts';
import { RunTransport } from '../../src/worker/run-transport.ts';
import type { Device } from '../../src/worker/device.ts';
import { GpuUse } from '../../src/worker/gpu-use.ts';
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

const ID = 'local:tiny';
const config = (change: Partial<Parameters<typeof tinyRun>[0]> = {}, rl: Record<string, unknown> = {}): RunConfig =>
  tinyRun({ model: { checkpoint: ID }, sft: undefined, ...change }, { steps: 1, ...rl });

function tiny(): ModelCheckpoint {
  const tokenizer = characterTokenizer(generatedTask({ name: 'addition', digits: 1 }).characters ?? []);
  const tokenizerFiles = tokenizer.files();
  const model = { ...TINY_CONFIG, vocabularySize: tokenizer.vocabularySize };
  return {
    name: 'tiny',
    config: model,
    weights: floatSource(initializeTensors(model, stream(1, 'test'))),
    tokenizerFiles,
    tokenizerJson: tokenizerFiles[0]?.text ?? '',
    description: '',
  };
}

let counts: { checkpoints: number; tasks: number; tokenizers: number };
let planner: RunPlanner;
beforeEach(() => {
  counts = { checkpoints: 0, tasks: 0, tokenizers: 0 };
  planner = new RunPlanner(
    () => {
      counts.checkpoints += 1;
      return Promise.resolve(tiny());
    },
    {
      createTask: (task) => {
        counts.tasks += 1;
        return RUN_SOURCES.createTask(task);
      },
      loadTokenizer: (...given) => {
        counts.tokenizers += 1;
        return RUN_SOURCES.loadTokenizer(...given);
      },
    },
  );
});
const ONCE = { checkpoints: 1, tasks: 1, tokenizers: 1 };
const device = () => ({ open: () => Promise.resolve({ gpu, tuner }) }) as Device;

/** A transport that has started `config` and ended it. */
async function startAndStop(of: RunConfig): Promise<void> {
  const events: WorkerEvent[] = [];
  const transport = new RunTransport({
    checkRewards: () => Promise.resolve(),
    device: device(),
    planner,
    rollouts: new RolloutStore(),
    states: new StateStore(() => Promise.reject(new Error('no states are kept'))),
    send: (event) => events.push(event),
    use: new GpuUse({ run: () => false, sweep: () => false, race: () => false }),
    moving: () => undefined,
    replacing: () => Promise.resolve(),
    ending: () => Promise.resolve(),
  });
  await transport.start(of, { paused: true, run: 'a' });
  await transport.stop();
  expect(events.at(-2)).toEqual({ type: 'run-end', run: 'a', state: 'stopped' });
  transport.any().session.destroy();
}

describe('planning runs', () => {
  it('opens the checkpoint, loads the tokenizer and creates the task once per start', async () => {
    await startAndStop(config());
    expect(counts).toEqual(ONCE);
  });

  it('starts a run that the page has planned without resolving it again', async () => {
    await planner.plan(gpu, config(), { freeze: true });
    await startAndStop(config({ name: 'other' }, { learning_rate: 1e-5 }));
    expect(counts).toEqual(ONCE);
  });

  it('reuses the plan after edits that do not affect buffers, and gives each run its own config', async () => {
    const first = await planner.plan(gpu, config());
    const edits = [
      config({ name: 'renamed' }),
      config({}, { learning_rate: 1e-5, schedule: 'cosine', steps: 7, temperature: 0.5 }),
      config({}, { strategy: { name: 'gppo', beta1: 0.5, eps_high: 0.4 } }),
    ];
    for (const edit of edits) {
      const planned = await planner.plan(gpu, edit);
      expect(planned.memory).toBe(first.memory);
      expect(planned.config).toEqual(edit);
    }
    expect(counts).toEqual(ONCE);
  });

  it('replans without resolving if sizes change, and resolves again if the model or task changes', async () => {
    const first = await planner.plan(gpu, config());
    const larger = await planner.plan(gpu, config({}, { prompts: 12 }));
    expect(larger.memory.plan.phases[0]?.total).toBeGreaterThan(first.memory.plan.phases[0]?.total ?? Infinity);
    expect(larger.tokenizer).toBe(first.tokenizer);
    expect(counts).toEqual(ONCE);
    const frozen = await planner.plan(gpu, config({ model: { checkpoint: ID, freeze: ['norms'] } }));
    expect(frozen.options.trained?.('model.norm.weight')).toBe(false);
    expect(counts.tasks).toBe(2);
    await planner.plan(gpu, config({ model: { checkpoint: ID, freeze: ['norms'] }, task: { name: 'addition' } }));
    expect(counts.tasks).toBe(3);
  });

  it('opens a checkpoint again after its files were removed', async () => {
    await planner.plan(gpu, config());
    planner.forget('local:other');
    await planner.plan(gpu, config());
    expect(counts.checkpoints).toBe(1);
    planner.forget(ID);
    await planner.plan(gpu, config());
    expect(counts.checkpoints).toBe(2);
  });

  it('remembers a refusal', async () => {
    const refused = config({ memory: { budget_mb: 0.01 } });
    const errors = [];
    for (const one of [refused, { ...refused, name: 'again' }])
      errors.push(await planner.plan(gpu, one).catch((error: unknown) => error));
    expect(errors[0]).toMatchObject({ kind: 'memory' });
    expect(errors[1]).toBe(errors[0]);
  });

  it('equal memory keys mean equal plans', async () => {
    const base = tinyRun({}, { strategy: { name: 'gppo', dual_clip: 10 } });
    const edit = (path: 'sft' | 'rl' | 'evaluation', change: object) =>
      parseRunConfig({ ...base, [path]: { ...base[path], ...change } }, 'edit');
    const optimizer = {
      steps: 9,
      learning_rate: 1e-6,
      schedule: 'cosine',
      warmup_steps: 2,
      min_learning_rate: 1e-7,
      weight_decay: 0.1,
      adam_beta1: 0.8,
      adam_beta2: 0.95,
      adam_epsilon: 1e-6,
      gradient_clip: 0.5,
    };
    const edits = [
      edit('sft', { ...optimizer, wrong_fraction: 0.5 }),
      edit('rl', { ...optimizer, temperature: 0.7, advantage: 'dr-grpo', filter_groups: true }),
      edit('rl', { strategy: { name: 'gppo', dual_clip: 3, eps_low: 0.1 } }),
      edit('evaluation', { every: 7 }),
    ];
    const plan = async (of: RunConfig) => planMemory(gpu, await resolveRun(of, undefined));
    const expected = await plan(base);
    for (const one of edits) {
      expect(memoryKey(one)).toBe(memoryKey(base));
      expect(await plan(one)).toEqual(expected);
    }
    for (const other of [edit('rl', { kl_coefficient: 0.1 }), edit('rl', { strategy: { name: 'gspo' } })])
      expect(memoryKey(other)).not.toBe(memoryKey(base));
  });
});

describe('plans of a recipe that is being edited', () => {
  it('plans only the newest of several quick edits', async () => {
    const planned: string[] = [];
    const plans = new RecipePlans(device(), {
      plan: (on, one, options) => {
        planned.push(one.name);
        return planner.plan(on, one, options);
      },
    });
    const requests = ['a', 'b', 'c'].map((name) => plans.plan(config({ name }), { states: false }));
    const results = await Promise.allSettled(requests);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
    await expect(requests[0]).rejects.toMatchObject({ kind: 'cancelled' });
    expect(planned).toEqual(['c']);
  });

  it('drops a waiting plan when a newer edit comes', async () => {
    const plans = new RecipePlans(device(), planner);
    const blocked = planner.plan(gpu, config({}, { prompts: 3 }));
    const superseded = plans.plan(config({ model: { checkpoint: ID, freeze: ['head'] } }), { states: false });
    const newest = plans.plan(config(), { states: false });
    await expect(superseded).rejects.toMatchObject({ kind: 'cancelled' });
    await Promise.all([blocked, newest]);
    expect(counts.tasks).toBe(1);
  });
});

/** Runs on software adapters begin with kernels that compile quickly, then switch without changing metrics. */
import { describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import { Tuner, type TunerStore } from '../../src/gpu/tuner.ts';
import { ATTENTION } from '../../src/model/ops/attention-choice.ts';
import { attentionCandidates } from '../../src/model/ops/variants/attention.ts';
import { matmulCandidates, matmulVariant } from '../../src/model/ops/variants/matmul.ts';
import type { Form } from '../../src/model/ops/variants/matmul-variant.ts';
import { RunSession } from '../../src/session/session.ts';
import { testGpu, testTuner } from '../support/gpu.ts';
import { tinyRun } from '../support/tiny-run.ts';

const MATMULS = (['nt', 'nn', 'tn'] as const).map((form) => ({ form, question: `matmul ${form} many rows` }));
/** Few steps, no evaluation: the tiny run compiles every variant of its products. */
const config = tinyRun({ sft: undefined, evaluation: undefined }, { steps: 3, minibatches: 2, epochs: 1 });

const candidatesOf = (form: Form, gpu: Gpu) => matmulCandidates(gpu, { form, capacity: 1000, halves: false });
const slowVariant = (form: Form, gpu: Gpu) =>
  candidatesOf(form, gpu).find(({ compile }) => compile === 'slow')?.name ?? '';

/** For every choice a candidate that compiles slowly, as if measured on an earlier visit. */
const remembered = (gpu: Gpu): TunerStore & { saved: string[] } => {
  const choices = new Map<string, string>([
    ...MATMULS.map(({ form, question }): [string, string] => [question, slowVariant(form, gpu)]),
    [ATTENTION, attentionCandidates(gpu, { H: 4, G: 4, E4: 8, SCALE: 1, WINDOW: 0 }).at(-1)?.name ?? ''],
  ]);
  const saved: string[] = [];
  return {
    saved,
    load: (key) => Promise.resolve(choices.get(key.slice(key.lastIndexOf('|') + 1))),
    save: (key) => Promise.resolve(void saved.push(key)),
  };
};

const software = () => testGpu({ texts: 'sized', variants: 'software' });

async function metricsOf(gpu: Gpu, tuner: Tuner, between: () => Promise<void> = () => Promise.resolve()) {
  const session = await RunSession.create({ gpu, tuner, config, checkpoint: undefined });
  const metrics = [];
  for (let step = await session.next(); step; step = await session.next()) {
    metrics.push(...step.records.map((record) => record.metrics));
    await between();
  }
  session.destroy();
  return metrics;
}

describe('on a software adapter', () => {
  it('begins with quick kernels, switches to remembered ones, and gives the metrics of a forced choice', async () => {
    const gpu = await software();
    const store = remembered(gpu);
    const tuner = new Tuner(gpu, store);
    const variants: (string | undefined)[][] = [];
    const seen = () => variants.push(MATMULS.map(({ question }) => tuner.choices.get(question)));
    const metrics = await metricsOf(gpu, tuner, async () => {
      seen();
      await tuner.settled();
      seen();
    });
    expect(variants[0]).toEqual(MATMULS.map(() => 'direct-8x8'));
    const last = variants.at(-1) ?? [];
    for (const variant of last) expect(matmulVariant(variant ?? '').compile).toBe('slow');
    // Nothing was measured.
    expect(store.saved).toEqual([]);
    expect(metrics).toEqual(await metricsOf(gpu, testTuner(gpu)));
  });

  it('compiles no slow kernel before the first step', async () => {
    const gpu = await software();
    const labels: string[] = [];
    const session = await RunSession.create({
      gpu,
      tuner: new Tuner(gpu, remembered(gpu)),
      config,
      checkpoint: undefined,
      onCompile: ({ label }) => labels.push(label),
    });
    await session.next();
    session.destroy();
    expect(labels.length).toBeGreaterThan(20);
    expect(labels.filter((label) => /panel|tiled|16x16|16x8/.test(label))).toEqual([]);
  });
});

it('on a hardware adapter a remembered choice is used at once, even if it compiles slowly', async () => {
  const gpu = await testGpu({ texts: 'unsized', variants: 'hardware' });
  const tuner = new Tuner(gpu, remembered(gpu));
  const chosen = await tuner.choose({
    name: 'matmul nt many rows',
    candidates: candidatesOf('nt', gpu).map(({ name, compile }) => ({
      name,
      compile,
      prepare: () => Promise.reject(new Error('measured')),
    })),
    release: () => undefined,
  });
  expect(chosen).toBe(slowVariant('nt', gpu));
  expect(tuner.follower('matmul nt many rows')).toBeUndefined();
});

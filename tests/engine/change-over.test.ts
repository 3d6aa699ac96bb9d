/** Runs on software adapters begin with kernels that compile quickly, and change over without changing metrics. */
import { describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import { Tuner, type TunerStore } from '../../src/gpu/tuner.ts';
import { ATTENTION, attentionVariants } from '../../src/model/ops/attention-variant.ts';
import { candidatesOf, compileCost } from '../../src/model/ops/matmul-variants.ts';
import { RunSession } from '../../src/session/session.ts';
import { testGpu, testTuner } from '../support/gpu.ts';
import { tinyRun } from '../support/tiny-run.ts';

const MATMULS = (['nt', 'nn', 'tn'] as const).map((form) => ({ form, question: `matmul ${form} many rows` }));
/** Few steps, no evaluation: the tiny run compiles every variant of its products. */
const config = tinyRun({ sft: undefined, evaluation: undefined }, { steps: 3, minibatches: 2, epochs: 1 });

/** A candidate of every question that compiles slowly, as if measured on an earlier visit. */
const remembered = (gpu: Gpu): TunerStore & { saved: string[] } => {
  const choices = new Map<string, string>([
    ...MATMULS.map(({ form, question }): [string, string] => [
      question,
      candidatesOf(form, 1000, gpu).find((name) => compileCost(name) === 'slow') ?? '',
    ]),
    [ATTENTION, attentionVariants(gpu).at(-1) ?? ''],
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
  it('begins with quick kernels, changes to the remembered ones, and has the metrics of a forced choice', async () => {
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
    for (const variant of last) expect(compileCost(variant ?? '')).toBe('slow');
    // Nothing was measured.
    expect(store.saved).toEqual([]);
    expect(metrics).toEqual(await metricsOf(gpu, testTuner(gpu)));
  });

  it('no slow kernel is compiled before the first step', async () => {
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

it('on a hardware adapter a remembered choice is taken at once, whatever it costs to compile', async () => {
  const gpu = await testGpu({ texts: 'unsized', variants: 'hardware' });
  const tuner = new Tuner(gpu, remembered(gpu));
  const chosen = await tuner.choose({
    name: 'matmul nt many rows',
    candidates: candidatesOf('nt', 1000, gpu).map((name) => ({
      name,
      compile: compileCost(name),
      prepare: () => Promise.reject(new Error('measured')),
    })),
    release: () => undefined,
  });
  expect(chosen).toBe(candidatesOf('nt', 1000, gpu).find((name) => compileCost(name) === 'slow'));
  expect(tuner.follower('matmul nt many rows')).toBeUndefined();
});

/** The adapter's own limits, and the share of them that matrix products, attention, the head and whole steps reach. */
import { trainingMultiplyAdds, type Size } from '../sizes.ts';
import { measureCopyBandwidth, measureMultiplyAdds } from './adapter-rate.ts';
import type { EngineContext } from './context.ts';
import type { KernelGroup } from './kernel-work.ts';
import { measureMatmuls, type MatmulRate } from './matmul-rate.ts';
import { byGroup, profileStep, sizesFor } from './profiles.ts';
import { shareOfRate, type RateShare } from './rate-share.ts';
import { StudioSubject } from './studio-subject.ts';
import { medianTime } from './timing.ts';

export interface Limits {
  /** Multiply-adds per second, the best value before and after everything else. */
  multiplyAdds: number;
  /** Bytes per second, read plus written. */
  copyBytes: number;
  /** The tuner's choices, by question. */
  choices: Record<string, string>;
  matmuls: MatmulRate[];
  /** Kernels of a training step run one by one, by group. */
  groups: { size: string; group: KernelGroup; ms: number; multiplyAdds: number; share: number }[];
  /** Whole training steps by the wall clock, loss read back. */
  steps: StepShare[];
}

export interface StepShare extends RateShare {
  size: string;
}

/** Steps per round, after one warm-up step. */
const STEPS = 3;

export async function measureLimits(context: EngineContext): Promise<Limits> {
  const { device } = context.gpu;
  const before = await measureMultiplyAdds(device);
  const copyBytes = await measureCopyBandwidth(device);
  context.progress('limits: 512 x 512 x 512');
  const matmuls = await measureMatmuls(context);
  const profiles = [];
  for (const size of sizesFor(context)) {
    context.progress(`limits: training step ${size.name}`);
    profiles.push({ size, profile: await profileStep(context, size) });
  }
  const steps: StepShare[] = [];
  for (const size of sizesFor(context)) {
    context.progress(`limits: whole steps ${size.name}`);
    steps.push(await stepShare(context, size));
  }
  const multiplyAdds = Math.max(before, await measureMultiplyAdds(device));
  return {
    multiplyAdds,
    copyBytes,
    choices: Object.fromEntries(context.tuner.choices),
    matmuls,
    groups: profiles.flatMap(({ size, profile }) =>
      (Object.entries(byGroup(profile)) as [KernelGroup, { ms: number; multiplyAdds: number }][]).map(
        ([group, { ms, multiplyAdds: work }]) => {
          const rate = ms > 0 ? work / (ms / 1000) : 0;
          return { size: size.name, group, ms, multiplyAdds: rate, share: rate / multiplyAdds };
        },
      ),
    ),
    steps,
  };
}

async function stepShare({ gpu, tuner }: EngineContext, size: Size): Promise<StepShare> {
  const subject = new StudioSubject(() => Promise.resolve({ gpu, tuner }));
  await subject.setup(size);
  await subject.trainingStep();
  const share = await shareOfRate(gpu.device, trainingMultiplyAdds(size), () =>
    medianTime(STEPS, () => subject.trainingStep()),
  );
  subject.destroy();
  return { size: size.name, ...share };
}

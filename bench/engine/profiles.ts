/** Training steps kernel by kernel, with the share of the adapter's rate that each kernel reaches. */
import { captureDispatches, profileDispatches, type Profile } from '../../src/gpu/profile.ts';
import { SIZES, type Size } from '../sizes.ts';
import type { EngineContext } from './context.ts';
import { groupOf, multiplyAddsOf, type KernelGroup } from './kernel-work.ts';
import { StudioSubject } from './studio-subject.ts';
import { medianTime } from './timing.ts';

export interface KernelRow {
  label: string;
  calls: number;
  ms: number;
  /** Share of the sum over kernels. */
  share: number;
  /** Multiply-adds per second; undefined for kernels without sums of products. */
  multiplyAdds?: number;
}

export interface StepProfile {
  size: string;
  method: Profile['method'];
  /** Wall time of a whole step, and the sum of its kernels timed one by one. */
  stepMs: number;
  kernelsMs: number;
  kernels: KernelRow[];
}

export async function profileSteps(context: EngineContext): Promise<StepProfile[]> {
  const profiles: StepProfile[] = [];
  for (const size of sizesFor(context)) {
    context.progress(`profile: ${size.name}`);
    profiles.push(await profileStep(context, size));
  }
  return profiles;
}

/** 0.1M and 0.8M everywhere, also 5M on a GPU. */
export function sizesFor({ gpu }: EngineContext): Size[] {
  return SIZES.filter(({ name }) => name === '0.1M' || name === '0.8M' || (name === '5M' && !gpu.adapter.software));
}

export async function profileStep({ gpu, tuner }: EngineContext, size: Size): Promise<StepProfile> {
  const subject = new StudioSubject(() => Promise.resolve({ gpu, tuner }));
  await subject.setup(size);
  const stepMs = await medianTime(5, () => subject.trainingStep());
  const dispatches = await captureDispatches(gpu, () => subject.submitStep());
  const { method, kernels, milliseconds } = await profileDispatches(gpu, dispatches);
  subject.destroy();
  return {
    size: size.name,
    method,
    stepMs,
    kernelsMs: milliseconds,
    kernels: kernels.map(({ label, calls, milliseconds: ms }) => {
      const work = multiplyAddsOf(label, size);
      return {
        label,
        calls,
        ms,
        share: ms / milliseconds,
        ...(work !== undefined && { multiplyAdds: work / (ms / 1000) }),
      };
    }),
  };
}

/** Time and multiply-adds of the profile's kernels by group. */
export function byGroup(profile: StepProfile): Record<KernelGroup, { ms: number; multiplyAdds: number }> {
  const groups: Record<KernelGroup, { ms: number; multiplyAdds: number }> = {
    'matrix products': { ms: 0, multiplyAdds: 0 },
    attention: { ms: 0, multiplyAdds: 0 },
    head: { ms: 0, multiplyAdds: 0 },
    other: { ms: 0, multiplyAdds: 0 },
  };
  for (const { label, ms, multiplyAdds } of profile.kernels) {
    const group = groups[groupOf(label)];
    group.ms += ms;
    group.multiplyAdds += ((multiplyAdds ?? 0) * ms) / 1000;
  }
  return groups;
}

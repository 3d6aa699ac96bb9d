/** The adapter's own limits, and the share of them that matrix products, attention, the head and whole steps reach. */
import { trainingMultiplyAdds } from '../sizes.ts';
import { measureCopyBandwidth, measureMultiplyAdds } from './adapter-rate.ts';
import type { EngineContext } from './context.ts';
import type { KernelGroup } from './kernel-work.ts';
import { measureMatmuls, type MatmulRate } from './matmul-rate.ts';
import { byGroup, profileStep, sizesFor } from './profiles.ts';

export interface Limits {
  /** A second, the best seen before and after everything else. */
  multiplyAdds: number;
  /** Bytes a second, read and written together. */
  copyBytes: number;
  /** What the tuner chose, by question. */
  choices: Record<string, string>;
  matmuls: (MatmulRate & { share: number })[];
  /** Kernels of a training step run one by one, by group. */
  groups: { size: string; group: KernelGroup; ms: number; multiplyAdds: number; share: number }[];
  /** Whole training steps by the wall clock, loss read back. */
  steps: { size: string; ms: number; multiplyAdds: number; share: number }[];
}

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
  const multiplyAdds = Math.max(before, await measureMultiplyAdds(device));
  return {
    multiplyAdds,
    copyBytes,
    choices: Object.fromEntries(context.tuner.choices),
    matmuls: matmuls.map((rate) => ({ ...rate, share: rate.multiplyAdds / multiplyAdds })),
    groups: profiles.flatMap(({ size, profile }) =>
      (Object.entries(byGroup(profile)) as [KernelGroup, { ms: number; multiplyAdds: number }][]).map(([group, { ms, multiplyAdds: work }]) => {
        const rate = ms > 0 ? work / (ms / 1000) : 0;
        return { size: size.name, group, ms, multiplyAdds: rate, share: rate / multiplyAdds };
      }),
    ),
    steps: profiles.map(({ size, profile }) => {
      const rate = trainingMultiplyAdds(size) / (profile.stepMs / 1000);
      return { size: size.name, ms: profile.stepMs, multiplyAdds: rate, share: rate / multiplyAdds };
    }),
  };
}

/**
 * Cost curves: time and memory of a training step against parameters, tokens, sequence length and vocabulary, one at a
 * time.
 */
import { median } from '../median.ts';
import { parametersOf, trainingMultiplyAdds, type Size } from '../sizes.ts';
import type { EngineContext } from './context.ts';
import { StudioSubject } from './studio-subject.ts';
import { timed } from './timing.ts';

export type CurveName = 'parameters' | 'tokens' | 'sequence length' | 'vocabulary';

export interface CurveRow {
  /** The quantity that varies. */
  x: number;
  parameters: number;
  tokens: number;
  ms: number;
  /** Bytes of all buffers. */
  bytes: number;
  /** Of the step's matrix products, per second. */
  multiplyAdds: number;
  /**
   * d log ms / d log x from the row before, median of the rounds: 0 if overhead dominates, 1 if cost is proportional to
   * x.
   */
  slope?: number;
}

export type Curves = Record<CurveName, CurveRow[]>;

const BASE: Size = {
  name: 'curve',
  hidden: 128,
  layers: 4,
  heads: 4,
  vocabulary: 64,
  batch: 16,
  length: 64,
  intermediate: 344,
};

const wide = (hidden: number, layers: number): Size => ({
  ...BASE,
  hidden,
  layers,
  heads: Math.max(1, hidden / 32),
  intermediate: 4 * Math.ceil((8 * hidden) / 12),
});

/** The points of every curve; the second list is added on a GPU. */
const POINTS: Record<CurveName, [software: Size[], hardware: Size[]]> = {
  parameters: [
    [wide(32, 2), wide(64, 2), wide(64, 4), wide(128, 4), wide(192, 5), wide(256, 6)].map((size) => ({
      ...size,
      batch: 8,
    })),
    [wide(384, 8), wide(512, 9), wide(768, 12)].map((size) => ({ ...size, batch: 8 })),
  ],
  tokens: [
    [1, 2, 4, 8, 16, 32].map((batch) => ({ ...BASE, batch })),
    [64, 128, 256, 512].map((batch) => ({ ...BASE, batch })),
  ],
  'sequence length': [
    [16, 32, 64, 128, 256, 512, 1024].map((length) => ({ ...BASE, length, batch: 1024 / length })),
    [2048, 4096].map((length) => ({ ...BASE, length, batch: 1 })),
  ],
  vocabulary: [
    [16, 64, 256, 1024, 4096, 16_384].map((vocabulary) => ({ ...BASE, vocabulary, batch: 8 })),
    [65_536, 131_072].map((vocabulary) => ({ ...BASE, vocabulary, batch: 8 })),
  ],
};

const X: Record<CurveName, (size: Size) => number> = {
  parameters: parametersOf,
  tokens: ({ batch, length }) => batch * length,
  'sequence length': ({ length }) => length,
  vocabulary: ({ vocabulary }) => vocabulary,
};

export async function measureCurves(context: EngineContext): Promise<Curves> {
  const curves = {} as Curves;
  for (const [name, [software, hardware]] of Object.entries(POINTS) as [CurveName, [Size[], Size[]]][]) {
    context.progress(`curves: ${name}`);
    curves[name] = await measureCurve(
      context,
      context.gpu.adapter.software ? software : [...software, ...hardware],
      X[name],
    );
  }
  return curves;
}

/**
 * Measures all points of a curve in turns, so that a drift of the machine's speed affects all of them; a slope is the
 * median of its rounds' slopes.
 */
async function measureCurve(
  { gpu, tuner }: EngineContext,
  sizes: readonly Size[],
  x: (size: Size) => number,
): Promise<CurveRow[]> {
  const points: { size: Size; subject: StudioSubject; bytes: number; times: number[] }[] = [];
  for (const size of sizes) {
    const before = gpu.counters.bytes;
    const subject = new StudioSubject(() => Promise.resolve({ gpu, tuner }));
    await subject.setup(size);
    await subject.trainingStep();
    points.push({ size, subject, bytes: gpu.counters.bytes - before, times: [] });
  }
  const rounds = gpu.adapter.software ? 5 : 11;
  for (let round = 0; round < rounds; round++)
    for (const { subject, times } of points) times.push(await timed(() => subject.trainingStep()));
  for (const { subject } of points) subject.destroy();
  return points.map(({ size, bytes, times }, i) => {
    const ms = median(times);
    const last = points[i - 1];
    const apart = last ? Math.log(x(size) / x(last.size)) : NaN;
    const slope = last && median(times.map((time, round) => Math.log(time / (last.times[round] ?? NaN)) / apart));
    return {
      x: x(size),
      parameters: parametersOf(size),
      tokens: size.batch * size.length,
      ms,
      bytes,
      multiplyAdds: trainingMultiplyAdds(size) / (ms / 1000),
      ...(slope !== undefined && { slope }),
    };
  });
}

/** Cost curves: time and memory of a training step against parameters, tokens, sequence length and vocabulary, one at a time. */
import { parametersOf, trainingMultiplyAdds, type Size } from '../sizes.ts';
import type { EngineContext } from './context.ts';
import { StudioSubject } from './studio-subject.ts';
import { medianTime } from './timing.ts';

export type CurveName = 'parameters' | 'tokens' | 'sequence length' | 'vocabulary';

export interface CurveRow {
  /** What varies. */
  x: number;
  parameters: number;
  tokens: number;
  ms: number;
  /** Bytes of all buffers. */
  bytes: number;
  /** Of the step's matrix products, a second. */
  multiplyAdds: number;
  /** d log ms / d log x since the row before: 0 where overhead rules, 1 where cost follows x. */
  slope?: number;
}

export type Curves = Record<CurveName, CurveRow[]>;

const BASE: Size = { name: 'curve', hidden: 128, layers: 4, heads: 4, vocabulary: 64, batch: 16, length: 64, intermediate: 344 };

const wide = (hidden: number, layers: number): Size => ({ ...BASE, hidden, layers, heads: Math.max(1, hidden / 32), intermediate: 4 * Math.ceil((8 * hidden) / 12) });

/** The points of every curve; the second list is added where there is a GPU. */
const POINTS: Record<CurveName, [software: Size[], hardware: Size[]]> = {
  parameters: [[wide(32, 2), wide(64, 2), wide(64, 4), wide(128, 4), wide(192, 5), wide(256, 6)].map((size) => ({ ...size, batch: 8 })), [wide(384, 8), wide(512, 9), wide(768, 12)].map((size) => ({ ...size, batch: 8 }))],
  tokens: [[1, 2, 4, 8, 16, 32].map((batch) => ({ ...BASE, batch })), [64, 128, 256, 512].map((batch) => ({ ...BASE, batch }))],
  'sequence length': [[16, 32, 64, 128, 256, 512, 1024].map((length) => ({ ...BASE, length, batch: 1024 / length })), [2048, 4096].map((length) => ({ ...BASE, length, batch: 1 }))],
  vocabulary: [[16, 64, 256, 1024, 4096, 16_384].map((vocabulary) => ({ ...BASE, vocabulary, batch: 8 })), [65_536, 131_072].map((vocabulary) => ({ ...BASE, vocabulary, batch: 8 }))],
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
    const sizes = context.gpu.adapter.software ? software : [...software, ...hardware];
    const rows: CurveRow[] = [];
    for (const size of sizes) {
      const row = { x: X[name](size), ...(await measurePoint(context, size)) };
      const last = rows.at(-1);
      rows.push({ ...row, ...(last && { slope: Math.log(row.ms / last.ms) / Math.log(row.x / last.x) }) });
    }
    curves[name] = rows;
  }
  return curves;
}

async function measurePoint({ gpu, tuner }: EngineContext, size: Size): Promise<Omit<CurveRow, 'x' | 'slope'>> {
  const before = gpu.counters.bytes;
  const subject = new StudioSubject(() => Promise.resolve({ gpu, tuner }));
  await subject.setup(size);
  const ms = await medianTime(gpu.adapter.software ? 3 : 10, () => subject.trainingStep());
  const { bytes } = subject;
  subject.destroy();
  return { parameters: parametersOf(size), tokens: size.batch * size.length, ms, bytes: bytes - before, multiplyAdds: trainingMultiplyAdds(size) / (ms / 1000) };
}

/** Cost of twice the tokens for a fixed model. */
import { median } from '../median.ts';
import type { Size } from '../sizes.ts';
import type { EngineContext } from './context.ts';
import { sizesFor } from './profiles.ts';
import { StudioSubject } from './studio-subject.ts';
import { timed } from './timing.ts';

export interface Doubling {
  size: string;
  tokens: number;
  /** Medians of interleaved training steps with once and twice the sequences, ms. */
  onceMs: number;
  twiceMs: number;
  /** Median over pairs of twice / once. */
  factor: number;
}

const PAIRS = 7;

export async function measureDoubling(context: EngineContext): Promise<Doubling[]> {
  const results: Doubling[] = [];
  for (const size of sizesFor(context)) {
    context.progress(`doubling: ${size.name}`);
    results.push(await double(context, context.gpu.adapter.software ? size : large(size)));
  }
  return results;
}

/** A step of the table's shape is too small to fill a GPU. */
const large = (size: Size): Size => ({ ...size, batch: size.batch * 16 });

async function double({ gpu, tuner }: EngineContext, size: Size): Promise<Doubling> {
  const [once, twice] = [1, 2].map(() => new StudioSubject(() => Promise.resolve({ gpu, tuner }))) as [
    StudioSubject,
    StudioSubject,
  ];
  await once.setup(size);
  await twice.setup({ ...size, batch: 2 * size.batch });
  const pairs: { once: number; twice: number }[] = [];
  for (let round = 0; round <= PAIRS; round++) {
    const pair = { once: await timed(() => once.trainingStep()), twice: await timed(() => twice.trainingStep()) };
    if (round > 0) pairs.push(pair);
  }
  once.destroy();
  twice.destroy();
  return {
    size: size.name,
    tokens: size.batch * size.length,
    onceMs: median(pairs.map((pair) => pair.once)),
    twiceMs: median(pairs.map((pair) => pair.twice)),
    factor: median(pairs.map((pair) => pair.twice / pair.once)),
  };
}

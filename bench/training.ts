/** Training steps of all libraries side by side, size by size. */
import { median } from './median.ts';
import { PEERS, type PeerName } from './peers/names.ts';
import type { Runner } from './runner.ts';
import { parametersOf, SIZES, trainingMultiplyAdds, type Size } from './sizes.ts';

/** Of one library at one size. */
export interface Measurement {
  /** Wall times of the counted steps, ms. */
  steps: number[];
  /** Wall time of setting up and of the first step, which compiles, ms. */
  firstMs: number;
  dispatches: number;
  peakBytes: number;
  losses: number[];
  error?: string;
}

export interface TrainingRow extends Measurement {
  size: string;
  parameters: number;
  /** Sequences x length. */
  tokens: [number, number];
  peer: string;
  medianMs: number;
  tokensPerSecond: number;
  /** Multiply-adds a second that the step's matrix products make. */
  multiplyAdds: number;
  /** How many times as long as ours. */
  ratio: number;
}

export interface TrainingRules {
  warmups: number;
  counted: number;
  /** A library whose counted steps have taken this long makes no more of them, once it has two. */
  budgetMs: number;
}

const RULES = { software: { warmups: 1, counted: 6, budgetMs: 40_000 }, hardware: { warmups: 5, counted: 30, budgetMs: 30_000 } };

export async function measureTraining(runner: Runner): Promise<TrainingRow[]> {
  const rules = RULES[runner.software ? 'software' : 'hardware'];
  const rows: TrainingRow[] = [];
  for (const size of SIZES) {
    if (size.needsGpu && runner.software) continue;
    console.error(`training ${size.name} ...`);
    const names = Object.keys(PEERS) as PeerName[];
    const measured = await runner.training(size, names, rules);
    rows.push(...rowsOf(size, measured));
  }
  return rows;
}

function rowsOf(size: Size, measured: Partial<Record<PeerName, Measurement>>): TrainingRow[] {
  const ours = median(measured.studio?.steps ?? []);
  return (Object.entries(measured) as [PeerName, Measurement][]).map(([peer, measurement]) => {
    const medianMs = median(measurement.steps);
    return {
      size: size.name,
      parameters: parametersOf(size),
      tokens: [size.batch, size.length],
      peer: PEERS[peer],
      medianMs,
      tokensPerSecond: (size.batch * size.length * 1000) / medianMs,
      multiplyAdds: trainingMultiplyAdds(size) / (medianMs / 1000),
      ratio: medianMs / ours,
      ...measurement,
    };
  });
}

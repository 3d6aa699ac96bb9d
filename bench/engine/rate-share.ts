/**
 * The share of the adapter's rate that a workload reaches, on a machine whose speed drifts: relative to rates measured
 * directly before and after.
 */
import { median } from '../median.ts';
import { measureMultiplyAdds } from './adapter-rate.ts';

export interface RateShare {
  /** Medians over the rounds. */
  ms: number;
  /** Multiply-adds per second. */
  multiplyAdds: number;
  share: number;
  /** A time, and the adapter's rate at that moment. */
  rounds: { ms: number; rate: number }[];
}

const ROUNDS = 7;

/**
 * Times a workload between two measurements of the rate, several times, so that a drift affects both.
 *
 * @param multiplyAdds of the workload
 * @param time ms
 */
export async function shareOfRate(
  device: GPUDevice,
  multiplyAdds: number,
  time: () => Promise<number>,
): Promise<RateShare> {
  const rounds: RateShare['rounds'] = [];
  let before = await measureMultiplyAdds(device);
  for (let round = 0; round < ROUNDS; round++) {
    const ms = await time();
    const after = await measureMultiplyAdds(device);
    rounds.push({ ms, rate: (before + after) / 2 });
    before = after;
  }
  const rateOf = (ms: number) => multiplyAdds / (ms / 1000);
  const ms = median(rounds.map((round) => round.ms));
  return { ms, multiplyAdds: rateOf(ms), share: median(rounds.map((round) => rateOf(round.ms) / round.rate)), rounds };
}

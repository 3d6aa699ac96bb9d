/**
 * The share of the adapter's rate that something reaches, where the machine's speed drifts: by rates measured right
 * around it.
 */
import { median } from '../median.ts';
import { measureMultiplyAdds } from './adapter-rate.ts';

export interface RateShare {
  /** Medians over the rounds. */
  ms: number;
  /** A second. */
  multiplyAdds: number;
  share: number;
  /** A time, and the adapter's rate around it. */
  rounds: { ms: number; rate: number }[];
}

const ROUNDS = 7;

/**
 * Times something between two measurements of the rate, several times: a drift meets both alike.
 *
 * @param multiplyAdds of what is timed
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

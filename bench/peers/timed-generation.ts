/** Generation with one library, case by case. */
import type { Generation } from '../rows.ts';
import type { GenerationCase } from '../rows.ts';
import { median } from '../median.ts';
import type { Size } from '../sizes.ts';
import type { Asked } from './interleave.ts';

/**
 * The first call of a case compiles and is not counted; a library that takes longer than this for it makes one counted
 * call only.
 */
const SLOW_MS = 20_000;
const COUNTED = 3;

export async function timedGeneration(size: Size, peer: Asked, cases: GenerationCase[]): Promise<Generation[]> {
  const results: Generation[] = [];
  const setUp = peer.ask({ call: 'setup', size });
  for (const { sequences, tokens } of cases) {
    try {
      await setUp;
      const first = await peer.ask({ call: 'generate', sequences, tokens });
      const rates: number[] = [];
      let dispatches = 0;
      for (let i = 0; i < (first.milliseconds > SLOW_MS ? 1 : COUNTED); i++) {
        const reply = await peer.ask({ call: 'generate', sequences, tokens });
        rates.push((reply.value * 1000) / reply.milliseconds);
        ({ dispatches } = reply);
      }
      results.push({ sequences, tokens, tokensPerSecond: median(rates), dispatchesPerToken: dispatches / tokens });
    } catch (error) {
      results.push({
        sequences,
        tokens,
        tokensPerSecond: NaN,
        dispatchesPerToken: NaN,
        error: error instanceof Error ? error.message : String(error),
      });
    }
  }
  return results;
}

/** Greedy generation of all libraries: many sequences at once, and one. */
import { PEERS, type PeerName } from './peers/names.ts';
import type { Runner } from './runner.ts';
import { SIZES } from './sizes.ts';

export interface GenerationCase {
  sequences: number;
  /** New tokens a sequence, after a prompt of 4. */
  tokens: number;
}

export interface Generation extends GenerationCase {
  /** Of all sequences together, prompts read included; the median of calls after the first. */
  tokensPerSecond: number;
  /** Dispatches of a call over its rounds. */
  dispatchesPerToken: number;
  error?: string;
}

export interface GenerationRow extends Generation {
  size: string;
  peer: string;
}

const ONE: GenerationCase = { sequences: 1, tokens: 24 };
const SOME: GenerationCase = { sequences: 16, tokens: 8 };
const MANY: GenerationCase = { sequences: 512, tokens: 24 };

export async function measureGeneration(runner: Runner): Promise<GenerationRow[]> {
  const rows: GenerationRow[] = [];
  for (const size of SIZES) {
    // A software adapter shows at the two small sizes what there is to see.
    if ((size.needsGpu || size.name === '5M') && runner.software) continue;
    for (const [name, peer] of Object.entries(PEERS) as [PeerName, string][]) {
      console.error(`generation ${size.name} ${peer} ...`);
      const cases = name === 'studio' ? [ONE, SOME, MANY] : [ONE, SOME];
      for (const generation of await runner.generation(size, name, cases)) rows.push({ size: size.name, peer, ...generation });
    }
  }
  return rows;
}

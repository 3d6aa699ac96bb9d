/** Greedy generation with all libraries: many sequences at once, and one. */
import type { BenchOptions } from './rows.ts';
import { chosenPeers, PEERS } from './peers/names.ts';
import type { GenerationCase, GenerationRow } from './rows.ts';
import type { Runner } from './runner.ts';
import { chosenSizes } from './sizes.ts';

const ONE: GenerationCase = { sequences: 1, tokens: 24 };
const SOME: GenerationCase = { sequences: 16, tokens: 8 };
const MANY: GenerationCase = { sequences: 512, tokens: 24 };

export async function measureGeneration(
  runner: Runner,
  { sizes, peers }: Pick<BenchOptions, 'sizes' | 'peers'>,
): Promise<GenerationRow[]> {
  const rows: GenerationRow[] = [];
  // On a software adapter the two small sizes are sufficient.
  const wanted = sizes ?? (runner.software ? ['0.1M', '0.8M'] : undefined);
  for (const size of chosenSizes(runner.software, wanted)) {
    for (const name of chosenPeers(peers)) {
      const peer = PEERS[name].title;
      console.error(`generation ${size.name} ${peer} ...`);
      const cases = name === 'studio' ? [ONE, SOME, MANY] : [ONE, SOME];
      for (const generation of await runner.generation(size, name, cases))
        rows.push({ size: size.name, peer, ...generation });
    }
  }
  return rows;
}

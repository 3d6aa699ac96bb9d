/** Training steps of all libraries side by side, by size. */
import { median } from './median.ts';
import type { BenchOptions } from './rows.ts';
import { chosenPeers, PEERS, type PeerName } from './peers/names.ts';
import type { Measurement, TrainingRow } from './rows.ts';
import type { Runner } from './runner.ts';
import { chosenSizes, parametersOf, trainingMultiplyAdds, type Size } from './sizes.ts';

const REPEATS = {
  software: { warmups: 1, counted: 5, budgetMs: 20_000 },
  hardware: { warmups: 5, counted: 30, budgetMs: 30_000 },
};

export async function measureTraining(
  runner: Runner,
  { sizes, peers }: Pick<BenchOptions, 'sizes' | 'peers'>,
): Promise<TrainingRow[]> {
  const repeats = REPEATS[runner.software ? 'software' : 'hardware'];
  const rows: TrainingRow[] = [];
  for (const size of chosenSizes(runner.software, sizes)) {
    console.error(`training ${size.name} ...`);
    const names = chosenPeers(peers).filter((name) => PEERS[name].trains);
    const measured = await runner.training(size, names, repeats);
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
      peer: PEERS[peer].title,
      medianMs,
      tokensPerSecond: (size.batch * size.length * 1000) / medianMs,
      multiplyAdds: trainingMultiplyAdds(size) / (medianMs / 1000),
      ratio: medianMs / ours,
      ...measurement,
    };
  });
}

/** Steps of several libraries, interleaved, so that a drift of the machine's speed affects all of them. */
import type { TrainingRepeats } from '../rows.ts';
import type { Measurement } from '../rows.ts';
import type { Size } from '../sizes.ts';
import type { PeerName } from './names.ts';
import type { Call, Reply } from './subject.ts';

/** An implementation of a subject's calls: a worker, or a subject in this thread. */
export interface Asked {
  name: PeerName;
  ask: (call: Call) => Promise<Omit<Reply, 'id'>>;
}

/** A library that fails is recorded with its error and makes no further steps. */
export async function interleavedSteps(
  size: Size,
  peers: Asked[],
  { warmups, counted, budgetMs }: TrainingRepeats,
  progress: (what: string) => void,
): Promise<Partial<Record<PeerName, Measurement>>> {
  const entries = peers.map((peer) => ({
    peer,
    result: { steps: [], firstMs: NaN, dispatches: 0, peakBytes: 0, losses: [] } as Measurement,
  }));
  const attempt = async ({ result }: (typeof entries)[number], work: () => Promise<void>) => {
    if (result.error !== undefined) return;
    await work().catch((error: unknown) => {
      result.error = error instanceof Error ? error.message : String(error);
    });
  };
  for (const entry of entries) {
    await attempt(entry, async () => {
      const setup = await entry.peer.ask({ call: 'setup', size });
      const first = await entry.peer.ask({ call: 'step' });
      entry.result.firstMs = setup.milliseconds + first.milliseconds;
      entry.result.losses.push(first.value);
      await entry.peer.ask({ call: 'settle' });
      progress(
        `  ${entry.peer.name}: set up in ${(setup.milliseconds / 1000).toFixed(1)} s, first step ` +
          `${(first.milliseconds / 1000).toFixed(1)} s`,
      );
    });
  }
  for (let round = 1; round < warmups + counted; round++) {
    for (const entry of entries) {
      const { result } = entry;
      const used = result.steps.reduce((sum, step) => sum + step, 0);
      if (used > budgetMs && result.steps.length >= 2) continue;
      await attempt(entry, async () => {
        const { milliseconds, dispatches, peakBytes, value } = await entry.peer.ask({ call: 'step' });
        if (!Number.isFinite(value)) throw new Error(`the loss is ${value}`);
        result.losses.push(value);
        result.dispatches = dispatches;
        result.peakBytes = peakBytes;
        if (round >= warmups) result.steps.push(milliseconds);
        progress(`  ${entry.peer.name}: ${milliseconds.toFixed(0)} ms`);
      });
    }
  }
  return Object.fromEntries(entries.map(({ peer, result }) => [peer.name, result]));
}

/** A comparison as one job on the worker's GPU; records of its runs are sent to the page as they arrive. */
import { armsOf, parseSweep, type Sweep } from '../compare/sweep.ts';
import type { RunRecords } from '../compare/run-summary.ts';
import { StudioError } from '../errors.ts';
import { assertStrategyWorks } from '../objective/curves.ts';
import { resolveStrategy } from '../run/strategies/strategy-config.ts';
import type { RunSources } from '../session/resolved-run.ts';
import { MemoryQueue, runSweep } from '../session/sweep.ts';
import type { Device } from './device.ts';
import { errorView } from './error-view.ts';
import type { ModelLibrary } from './model-library.ts';
import type { ErrorView } from '../views/result.ts';
import type { WorkerEvent } from './events.ts';

export class SweepJob {
  private job: { abort: AbortController; done: Promise<void> } | undefined;

  constructor(
    private readonly device: Device,
    private readonly library: ModelLibrary,
    private readonly send: (event: WorkerEvent) => void,
    private readonly sources: RunSources,
  ) {}

  get running(): boolean {
    return this.job !== undefined;
  }

  /**
   * Resolves once it has started. @param done its completed runs @throws StudioError `input` for a sweep that cannot
   * run
   */
  async start(given: Sweep, done: RunRecords[]): Promise<void> {
    if (this.job) throw new StudioError('input', 'Another comparison is running.', 'Stop it first.');
    const sweep = parseSweep(given, 'the comparison');
    const { gpu, tuner } = await this.device.open();
    for (const { strategy } of armsOf(sweep)) if (strategy) await assertStrategyWorks(gpu, resolveStrategy(strategy));
    const abort = new AbortController();
    const work = runSweep(
      { gpu, tuner, checkpoint: (name) => this.library.get(name), sources: this.sources },
      new MemoryQueue(sweep, done, ({ label, seed }, { error }) =>
        this.send({ type: 'sweep-run-end', label, seed, ...(error !== undefined && { error }) }),
      ),
      {
        signal: abort.signal,
        onRun: ({ label, seed }) => this.send({ type: 'sweep-run', label, seed }),
        onRecords: ({ label, seed }, records) =>
          this.send({ type: 'sweep-records', label, seed, records: [...records] }),
        onRefused: ({ label, seed }, error) => this.send({ type: 'sweep-run-refused', label, seed, error: error.line }),
      },
    );
    this.job = {
      abort,
      done: work.then(
        () => this.end(),
        async (error: unknown) =>
          this.end(abort.signal.aborted ? undefined : errorView(await this.device.causeOf(error))),
      ),
    };
  }

  private end(error?: ErrorView): void {
    this.job = undefined;
    this.send({ type: 'sweep-end', ...(error && { error }) });
  }

  async stop(): Promise<void> {
    this.job?.abort.abort(new StudioError('cancelled', 'The comparison was stopped.'));
    await this.job?.done;
  }
}

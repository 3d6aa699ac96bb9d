/** The page's work on data: of the same kind only the newest continues, with progress, and it can be cancelled. */
import type { ReadOptions } from '../data/data-file.ts';
import { StudioError } from '../errors.ts';
import type { DataProgress } from '../views/data.ts';

/** Reason of a signal: newer work replaces this one. */
export const SUPERSEDED = new StudioError('cancelled', 'Newer work on the data replaces this one.');

/** Minimum interval between two reports, ms; a job that is over sooner shows none. */
const REPORT_MS = 100;

export class DataJobs {
  private readonly running = new Map<string, AbortController>();

  constructor(private readonly report: (progress: DataProgress | undefined) => void) {}

  /** @param kind newer work of the same kind cancels this one */
  async run<T>(
    kind: string,
    { work, name }: Pick<DataProgress, 'work' | 'name'>,
    job: (options: ReadOptions) => Promise<T>,
  ): Promise<T> {
    this.running.get(kind)?.abort(SUPERSEDED);
    const abort = new AbortController();
    this.running.set(kind, abort);
    let reported = performance.now();
    try {
      return await job({
        signal: abort.signal,
        onProgress: (done, total) => {
          if (performance.now() - reported < REPORT_MS || abort.signal.aborted) return;
          reported = performance.now();
          this.report({ work, name, done, total });
        },
      });
    } finally {
      if (this.running.get(kind) === abort) this.running.delete(kind);
      if (this.running.size === 0) this.report(undefined);
    }
  }

  cancel(): void {
    for (const abort of this.running.values())
      abort.abort(new StudioError('cancelled', 'The work on the data was cancelled.'));
  }
}

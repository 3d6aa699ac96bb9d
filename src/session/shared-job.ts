/**
 * Work that several callers may wait for, such as reading a large file for the plan and for the start of one run: one
 * job per key, whose result is kept until another key is asked for. It is cancelled once nobody waits for it.
 */
import type { TaskOptions, TaskProgress } from '../tasks/task-sources.ts';

/** How long a job without callers lives, ms: after an edit, the newer plan waits for it instead. */
const UNUSED_MS = 250;

/** What the work itself is given. */
export interface SharedOptions {
  signal: AbortSignal;
  onProgress: (progress: TaskProgress) => void;
}

interface Job<T> {
  key: string;
  abort: AbortController;
  result: Promise<T>;
  /** Callers that wait, by what they do with progress. */
  waiting: Set<(progress: TaskProgress) => void>;
  progress?: TaskProgress;
  done: boolean;
}

export class SharedJob<T> {
  private current: Job<T> | undefined;

  /**
   * @param work its progress goes to all callers
   * @throws as `work`; the signal's reason at once
   */
  async run(
    key: string,
    { signal, onProgress }: TaskOptions,
    work: (options: SharedOptions) => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    const job = this.current?.key === key && !this.current.abort.signal.aborted ? this.current : this.begin(key, work);
    const caller = (progress: TaskProgress) => onProgress?.(progress);
    if (job.progress) caller(job.progress);
    job.waiting.add(caller);
    let leave: () => void = () => undefined;
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(signal?.reason as Error);
      signal?.addEventListener('abort', leave, { once: true });
    });
    try {
      return await Promise.race([job.result, left]);
    } finally {
      signal?.removeEventListener('abort', leave);
      job.waiting.delete(caller);
      setTimeout(() => endUnused(job, signal), UNUSED_MS);
    }
  }

  /** The next caller gets new work. */
  forget(): void {
    this.current = undefined;
  }

  private begin(key: string, work: (options: SharedOptions) => Promise<T>): Job<T> {
    if (this.current) endUnused(this.current, undefined);
    const abort = new AbortController();
    const waiting: Job<T>['waiting'] = new Set();
    const onProgress = (progress: TaskProgress) => {
      job.progress = progress;
      for (const caller of waiting) caller(progress);
    };
    const job: Job<T> = { key, abort, waiting, done: false, result: work({ signal: abort.signal, onProgress }) };
    this.current = job;
    job.result.then(
      () => {
        job.done = true;
        delete job.progress;
      },
      () => {
        if (this.current === job) this.current = undefined;
      },
    );
    return job;
  }
}

function endUnused({ waiting, done, abort }: Job<unknown>, signal: AbortSignal | undefined): void {
  if (waiting.size === 0 && !done) abort.abort(signal?.reason);
}

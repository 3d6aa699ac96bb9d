import { afterEach, expect, it, vi } from 'vitest';
import { StudioError } from '../errors.ts';
import type { TaskProgress } from '../tasks/task-sources.ts';
import { SharedJob, type SharedOptions } from './shared-job.ts';

const progress = (done: number): TaskProgress => ({ work: 'reading', name: 'a.jsonl', done, total: 10 });

afterEach(() => {
  vi.useRealTimers();
});

/** Work that a test ends. */
function work() {
  const runs: { options: SharedOptions; end: (value: string) => void }[] = [];
  return {
    runs,
    begin: (options: SharedOptions) =>
      new Promise<string>((end, fail) => {
        runs.push({ options, end });
        options.signal.addEventListener('abort', () => fail(new StudioError('cancelled', 'ended')));
      }),
  };
}

it('does the work of equal keys once, tells all callers how far it is, and keeps the result', async () => {
  vi.useFakeTimers();
  const job = new SharedJob<string>();
  const { runs, begin } = work();
  const seen: number[][] = [[], []];
  const first = job.run('a', { onProgress: ({ done }) => seen[0]?.push(done) }, begin);
  runs[0]?.options.onProgress(progress(1));
  const second = job.run('a', { onProgress: ({ done }) => seen[1]?.push(done) }, begin);
  runs[0]?.options.onProgress(progress(2));
  runs[0]?.end('read');
  expect(await Promise.all([first, second, job.run('a', {}, begin)])).toEqual(['read', 'read', 'read']);
  expect(seen).toEqual([
    [1, 2],
    [1, 2],
  ]);
  expect(runs).toHaveLength(1);
  // A result is not dropped because nobody waits for it.
  await vi.advanceTimersByTimeAsync(1000);
  expect(await job.run('a', {}, begin)).toBe('read');
  expect(runs).toHaveLength(1);
  job.forget();
  void job.run('a', {}, begin);
  expect(runs).toHaveLength(2);
});

it('continues for a caller that comes after the first one was cancelled, and ends without callers', async () => {
  vi.useFakeTimers();
  const job = new SharedJob<string>();
  const { runs, begin } = work();
  const edit = new AbortController();
  const first = job.run('a', { signal: edit.signal }, begin);
  const refused = expect(first).rejects.toThrow('a newer edit');
  edit.abort(new StudioError('cancelled', 'a newer edit'));
  await refused;
  const stop = new AbortController();
  const second = job.run('a', { signal: stop.signal }, begin);
  await vi.advanceTimersByTimeAsync(1000);
  expect(runs).toHaveLength(1);
  expect(runs[0]?.options.signal.aborted).toBe(false);
  const stopped = expect(second).rejects.toThrow('stopped');
  stop.abort(new StudioError('cancelled', 'stopped'));
  await stopped;
  await vi.advanceTimersByTimeAsync(1000);
  expect(runs[0]?.options.signal.aborted).toBe(true);
  // Nothing of it is left: the same work begins again.
  const third = job.run('a', {}, begin);
  expect(runs).toHaveLength(2);
  runs[1]?.end('read');
  expect(await third).toBe('read');
});

it('does not keep a failure', async () => {
  const job = new SharedJob<string>();
  await expect(job.run('a', {}, () => Promise.reject(new Error('no file')))).rejects.toThrow('no file');
  expect(await job.run('a', {}, () => Promise.resolve('read'))).toBe('read');
});

/** The calls of a benchmark to a library, and the messages that carry them to the library's worker. */
import type { Size } from '../sizes.ts';
import { watchGpu } from './gpu-watch.ts';

export interface Subject {
  setup(size: Size): Promise<void>;
  /** One forward, backward and Adam update, with the loss read back. @returns the loss */
  trainingStep(): Promise<number>;
  /** Generates `tokens` tokens greedily for each of `sequences` sequences. @returns number of generated tokens */
  generate(sequences: number, tokens: number): Promise<number>;
}

export type Call =
  { call: 'setup'; size: Size } | { call: 'step' } | { call: 'generate'; sequences: number; tokens: number };
export type Request = { id: number } & Call;

export interface Reply {
  id: number;
  /** Wall time of the call in the worker, ms. */
  milliseconds: number;
  /** Compute dispatches that the call encoded. */
  dispatches: number;
  /** Maximum bytes of live buffers since the worker started. */
  peakBytes: number;
  /** The loss, or the number of generated tokens. */
  value: number;
  error?: string;
}

/** Runs a subject's calls one by one and counts each one's GPU work. A failed call is answered with its error. */
export function watched(subject: Subject): (call: Call) => Promise<Omit<Reply, 'id'>> {
  const watch = watchGpu();
  const run = async (request: Call): Promise<number> => {
    if (request.call === 'setup') {
      await subject.setup(request.size);
      return 0;
    }
    return request.call === 'step' ? subject.trainingStep() : subject.generate(request.sequences, request.tokens);
  };
  return async (call) => {
    const before = watch.dispatches;
    const start = performance.now();
    const outcome = await run(call).then(
      (value) => ({ value }),
      (error: unknown) => ({ value: NaN, error: error instanceof Error ? error.message : String(error) }),
    );
    return {
      ...outcome,
      milliseconds: performance.now() - start,
      dispatches: watch.dispatches - before,
      peakBytes: watch.peakBytes,
    };
  };
}

/** Answers requests to a subject from inside its worker. */
export function serve(subject: Subject): void {
  const answer = watched(subject);
  self.onmessage = async ({ data: { id, ...call } }: MessageEvent<Request>) => {
    self.postMessage({ id, ...(await answer(call)) } satisfies Reply);
  };
}

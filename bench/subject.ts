/** What a benchmark asks of a library, and the messages that carry it to the worker the library runs in. */
import type { Size } from './sizes.ts';

export interface Subject {
  setup(size: Size): Promise<void>;
  /** One forward, backward and Adam update, with the loss read back. @returns the loss */
  trainingStep(): Promise<number>;
  /** Draws `tokens` tokens greedily for each of `sequences` sequences. @returns tokens drawn */
  generate(sequences: number, tokens: number): Promise<number>;
}

export type Request = { id: number } & ({ call: 'setup'; size: Size } | { call: 'step' } | { call: 'generate'; sequences: number; tokens: number });

export interface Reply {
  id: number;
  /** Wall time of the call in the worker, ms. */
  milliseconds: number;
  /** Compute dispatches the call encoded. */
  dispatches: number;
  /** The loss, or the number of tokens. */
  value: number;
  error?: string;
}

/** Counts every dispatch that any code in this worker encodes. */
let dispatches = 0;
const prototype = GPUComputePassEncoder.prototype;
const { dispatchWorkgroups, dispatchWorkgroupsIndirect } = prototype;
prototype.dispatchWorkgroups = function (...args) {
  dispatches += 1;
  dispatchWorkgroups.apply(this, args);
};
prototype.dispatchWorkgroupsIndirect = function (...args) {
  dispatches += 1;
  dispatchWorkgroupsIndirect.apply(this, args);
};

/** Answers requests to a subject from inside its worker. */
export function serve(subject: Subject): void {
  const run = async (request: Request): Promise<number> => {
    if (request.call === 'setup') {
      await subject.setup(request.size);
      return 0;
    }
    return request.call === 'step' ? subject.trainingStep() : subject.generate(request.sequences, request.tokens);
  };
  self.onmessage = async ({ data }: MessageEvent<Request>) => {
    const before = dispatches;
    const start = performance.now();
    const reply: Reply = { id: data.id, milliseconds: 0, dispatches: 0, value: NaN };
    try {
      reply.value = await run(data);
    } catch (error) {
      reply.error = error instanceof Error ? error.message : String(error);
    }
    reply.milliseconds = performance.now() - start;
    reply.dispatches = dispatches - before;
    self.postMessage(reply);
  };
}

/** Candidate variants of a kernel, and how they are measured. */
import type { Gpu } from './device.ts';

export interface Candidate {
  name: string;
  /** Compile time on a software adapter: up to a few 100 ms, or seconds. */
  compile: 'quick' | 'slow';
  /** Compiles and binds; returns a function that encodes one run on representative data. */
  prepare: () => Promise<(pass: GPUComputePassEncoder) => void>;
}

export interface Question {
  name: string;
  /** On a software adapter, the first that compiles quickly is the initial variant. */
  candidates: readonly Candidate[];
  /** Releases the buffers used for measuring. */
  release: () => void;
}

/** A compiled candidate. */
export interface PreparedCandidate {
  name: string;
  record: (pass: GPUComputePassEncoder) => void;
}

const REPETITIONS = 5;

/** @param paced compiles one candidate; may wait before the next */
export async function prepared(
  candidates: readonly Candidate[],
  paced: <T>(compiling: Promise<T>) => Promise<T> = (compiling) => compiling,
): Promise<PreparedCandidate[]> {
  const compiled: PreparedCandidate[] = [];
  for (const { name, prepare } of candidates) compiled.push({ name, record: await paced(prepare()) });
  return compiled;
}

/** The name of the fastest candidate, by the best of several runs. */
export async function fastest({ device }: Gpu, candidates: readonly PreparedCandidate[]): Promise<string> {
  const entries = candidates.map((candidate) => ({ ...candidate, best: Infinity }));
  // Interleaved, so that drifting machine speed affects all candidates equally; the first round is warm-up.
  for (let round = 0; round <= REPETITIONS; round++) {
    for (const entry of entries) {
      const start = performance.now();
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      entry.record(pass);
      pass.end();
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
      if (round > 0) entry.best = Math.min(entry.best, performance.now() - start);
    }
  }
  const [winner] = entries.sort((a, b) => a.best - b.best);
  if (!winner) throw new Error('a choice needs candidates');
  return winner.name;
}

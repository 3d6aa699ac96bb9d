/**
 * Choosing between variants of a kernel by measuring them on the adapter at hand.
 *
 * Adapters differ by an order of magnitude in what they like: a software adapter wants large register tiles and no
 * workgroup memory, a GPU the opposite. A choice is made once per adapter and question (`key`), then remembered in a
 * `TunerStore`. Variants of one product add up in the same order, so a choice changes speed, never results.
 */
import type { AdapterFacts, Gpu } from './device.ts';

export interface TunerStore {
  load(key: string): Promise<string | undefined>;
  save(key: string, choice: string): Promise<void>;
}

export interface Candidate {
  name: string;
  /** Compiles and binds; returns what records one run on representative data. */
  prepare: () => Promise<(pass: GPUComputePassEncoder) => void>;
}

/** Bump when kernels change enough for old choices to be wrong. */
const VERSION = 4;
const REPETITIONS = 5;

/** What a choice is remembered by. */
export const choiceKey = (
  { vendor, architecture, description }: Pick<AdapterFacts, 'vendor' | 'architecture' | 'description'>,
  question: string,
): string => [`v${VERSION}`, vendor, architecture, description, question].join('|');

export class Tuner {
  /** By key; what the bench and the page can show. */
  readonly choices = new Map<string, string>();
  private readonly pending = new Map<string, Promise<string>>();
  private readonly forced = new Map<string, string>();

  constructor(
    private readonly gpu: Gpu,
    private readonly store?: TunerStore,
  ) {}

  /**
   * The fastest candidate's name; measured once, then remembered. `forced` candidates (tests) are taken as they are.
   */
  choose(question: string, candidates: Candidate[]): Promise<string> {
    let choice = this.pending.get(question);
    if (!choice) {
      choice = this.decide(question, candidates);
      this.pending.set(question, choice);
    }
    return choice;
  }

  /** Takes a variant without measuring, for tests and benchmarks of a variant. */
  force(question: string, name: string): void {
    this.forced.set(question, name);
    this.choices.set(question, name);
    this.pending.set(question, Promise.resolve(name));
  }

  /**
   * A choice that follows from a rule, not a measurement: `name` unless another was forced. Visible like the measured
   * ones, and asked anew for every model.
   */
  prefer(question: string, name: string): string {
    const choice = this.forced.get(question) ?? name;
    this.choices.set(question, choice);
    return choice;
  }

  private async decide(question: string, candidates: Candidate[]): Promise<string> {
    const key = choiceKey(this.gpu.adapter, question);
    const known = await this.store?.load(key);
    let name = candidates.find((candidate) => candidate.name === known)?.name;
    if (!name) {
      name = await this.measure(candidates);
      await this.store?.save(key, name);
    }
    this.choices.set(question, name);
    return name;
  }

  private async measure(candidates: Candidate[]): Promise<string> {
    const prepared = [];
    for (const candidate of candidates)
      prepared.push({ name: candidate.name, record: await candidate.prepare(), best: Infinity });
    // Interleaved, so that a drift of the machine's speed meets all alike; the first round warms up.
    for (let round = 0; round <= REPETITIONS; round++) {
      for (const entry of prepared) {
        const start = performance.now();
        const encoder = this.gpu.device.createCommandEncoder();
        const pass = encoder.beginComputePass();
        entry.record(pass);
        pass.end();
        this.gpu.device.queue.submit([encoder.finish()]);
        await this.gpu.device.queue.onSubmittedWorkDone();
        if (round > 0) entry.best = Math.min(entry.best, performance.now() - start);
      }
    }
    prepared.sort((a, b) => a.best - b.best);
    const winner = prepared[0];
    if (!winner) throw new Error('a choice needs candidates');
    return winner.name;
  }
}

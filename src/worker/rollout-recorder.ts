/**
 * Keeps the rollouts of the page's run: in memory, where they are searched, and in the browser's storage. Writing goes
 * on behind the training; only when it falls behind does a step wait. Storage that is full does not stop the run.
 */
import { StudioError } from '../errors.ts';
import type { RlStepResult } from '../rl/trainer.ts';
import { bytesOf, keptStep, tokensWithin, type KeptStep } from '../rollouts/kept-step.ts';
import { Thinning } from '../rollouts/thinning.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import type { KeptFacts } from '../views/rollouts.ts';
import type { RolloutRun, RolloutStore } from './rollout-store.ts';

/** Steps that may wait for the storage before training waits, too. */
const MOST_WAITING = 4;
/** Milliseconds after a failure before the storage is tried again. */
const RETRY_MS = 10_000;

export type RecordedRun = Pick<RolloutRun, 'run' | 'name' | 'started' | 'reference'>;

export class RolloutRecorder {
  /** By step, in ascending order. */
  readonly steps = new Map<number, KeptStep>();
  private readonly thinning: Thinning;
  private problem: string | undefined;
  /** Steps to write, and stored steps to delete. */
  private readonly added = new Map<number, KeptStep>();
  private readonly dropped = new Set<number>();
  private writing: Promise<void> | undefined;
  private madeRoom = false;
  private failedAt = -Infinity;

  /** @param bound bytes of all kept steps */
  constructor(
    readonly run: RecordedRun,
    bound: number,
    private readonly store: Pick<RolloutStore, 'makeRoom' | 'write' | 'find'>,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.thinning = new Thinning(bound);
  }

  /**
   * Takes over what is stored of the run up to a state from which it resumes; later steps are deleted.
   *
   * Without storage, nothing is taken over.
   */
  async resume({ phase, step: newest }: { phase: 'sft' | 'rl'; step: number }): Promise<void> {
    const before = await this.store.find(this.run.run).catch(() => undefined);
    if (!before) return;
    // k only grows, so it is at most what the run would have without the interruption.
    this.thinning.every = before.every;
    for (const kept of before.steps) {
      const { step } = kept;
      if (phase !== 'rl' || step > newest) this.dropped.add(step);
      else {
        this.steps.set(step, kept);
        for (const dropped of this.thinning.add(step, bytesOf(kept))) {
          this.steps.delete(dropped);
          this.dropped.add(dropped);
        }
      }
    }
  }

  /** Token records to read back after a step: all that may be kept of it. @param otherwise for a step not kept */
  recordTokens(step: number, otherwise: number): number {
    return this.thinning.wants(step) ? Math.max(otherwise, tokensWithin(this.thinning.share)) : otherwise;
  }

  /** Keeps a step if it is due. Resolves when the next step may begin. */
  async add(result: RlStepResult, tokenizer: Tokenizer): Promise<void> {
    const { thinning } = this;
    const { step } = result.record;
    if (!thinning.wants(step)) return;
    const kept = keptStep(result, tokenizer, {
      share: thinning.share,
      reference: this.run.reference !== undefined,
    });
    this.steps.set(step, kept);
    this.added.set(step, kept);
    for (const dropped of thinning.add(step, bytesOf(kept))) {
      this.steps.delete(dropped);
      // A step that is not stored yet need not be deleted there.
      if (!this.added.delete(dropped)) this.dropped.add(dropped);
    }
    this.write();
    if (this.added.size > MOST_WAITING && this.problem === undefined) await this.writing;
  }

  get facts(): KeptFacts {
    const { every, bytes, bound } = this.thinning;
    const newest = [...this.steps.keys()].at(-1) ?? 0;
    return { every, bytes, bound, newest, steps: this.steps.size, ...(this.problem && { problem: this.problem }) };
  }

  /** Resolves when everything that can be written is written. */
  async settled(): Promise<void> {
    await this.writing;
    this.failedAt = -Infinity;
    this.write();
    await this.writing;
  }

  private write(): void {
    if (this.now() - this.failedAt < RETRY_MS) return;
    this.writing ??= this.writeAll().finally(() => (this.writing = undefined));
  }

  private async writeAll(): Promise<void> {
    try {
      if (!this.madeRoom) await this.store.makeRoom(this.thinning.bound, this.run.run);
      this.madeRoom = true;
      while (this.added.size > 0 || this.dropped.size > 0) await this.writeBatch();
      this.problem = undefined;
    } catch (error) {
      this.failedAt = this.now();
      const { message, advice } =
        error instanceof StudioError ? error : new StudioError('internal', String(error), 'Export them.');
      this.problem = `New rollouts are kept until this page is closed, but not stored: ${message} ${advice}`;
    }
  }

  private async writeBatch(): Promise<void> {
    const { run, added, dropped } = this;
    const [steps, gone] = [new Map(added), [...dropped]];
    const { problem: _, ...facts } = this.facts;
    await this.store.write({ ...run, ...facts }, steps.values(), gone);
    // While it was written, a step may have been dropped again: then it has to be deleted from the storage.
    for (const step of steps.keys()) if (!added.delete(step)) dropped.add(step);
    for (const step of gone) dropped.delete(step);
  }
}

/**
 * Chooses between variants of a kernel by measuring them on the current adapter.
 *
 * The best variant differs by adapter, often by an order of magnitude: a software adapter favors large register tiles
 * and no workgroup memory, a GPU the opposite. A choice is made once per adapter and question, then stored in a
 * `TunerStore`. Variants of one product sum in the same order, so a choice changes speed, never results.
 *
 * A GPU compiles fast: its candidates are measured before the first plan is made. On a software adapter the fastest
 * variants take seconds to compile. Plans there start with a variant that compiles quickly and change over to the
 * fastest one while in use, driven by `betweenSteps`.
 */
import type { AdapterFacts } from './adapter-facts.ts';
import type { Gpu, KernelSource } from './device.ts';
import { fastest, prepared, type Question } from './candidates.ts';
import { ChangeOver } from './change-over.ts';
import type { Grid, Replaceable } from './kernel.ts';

export interface TunerStore {
  load(key: string): Promise<string | undefined>;
  save(key: string, choice: string): Promise<void>;
}

/** Increment when kernels change enough to invalidate stored choices. */
const VERSION = 4;

/** The key of a stored choice. */
export const choiceKey = (
  { vendor, architecture, description, capabilities }: Omit<AdapterFacts, 'software'>,
  question: string,
): string => [`v${VERSION}`, vendor, architecture, description, capabilities, question].join('|');

export class Tuner {
  /** Current choices by question, for the benchmarks and the page. */
  readonly choices = new Map<string, string>();
  private readonly pending = new Map<string, Promise<string>>();
  private readonly forced = new Map<string, string>();
  private readonly changeOver: ChangeOver;

  constructor(
    readonly gpu: Gpu,
    private readonly store?: TunerStore,
    /** `fastest` waits for the fastest variant on software adapters too: for benchmarks of a step. */
    private readonly begin: 'quick' | 'fastest' = 'quick',
  ) {
    this.changeOver = new ChangeOver(
      gpu,
      async (question, best) => this.store?.save(choiceKey(gpu.adapter, question), best),
      (question, variant) => void this.choices.set(question, variant),
    );
  }

  /**
   * The variant to plan with: the fastest, measured once and then stored; on a software adapter initially one that
   * compiles quickly. `forced` variants (tests) are used unchanged.
   */
  choose(question: Question): Promise<string> {
    const { name } = question;
    let choice = this.pending.get(name);
    if (!choice) {
      choice = this.decide(question);
      this.pending.set(name, choice);
      choice.catch(() => this.pending.delete(name));
    }
    return choice;
  }

  /** For candidates: compiles and binds a kernel; returns a function that encodes one run. */
  async recorder(
    kernel: KernelSource,
    buffers: readonly GPUBuffer[],
    [x, y, z]: Grid,
  ): Promise<(pass: GPUComputePassEncoder) => void> {
    const { pipeline: compiling, layout } = this.gpu.request({
      ...kernel,
      bindingBytes: buffers.map(({ size }) => size),
    });
    const group = this.gpu.bindGroup(
      'tuner',
      layout,
      buffers.map((buffer) => ({ buffer })),
    );
    const pipeline = await compiling;
    return (pass) => {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(x, y, z);
    };
  }

  /** Forces a variant without measuring, for tests and benchmarks. */
  force(question: string, name: string): void {
    this.forced.set(question, name);
    this.choices.set(question, name);
    this.pending.set(question, Promise.resolve(name));
    this.changeOver.drop(question);
  }

  /**
   * A choice derived from the model's shape rather than measured: `name` unless another was forced. Listed with the
   * measured ones, and made anew for every model.
   */
  prefer(question: string, name: string): string {
    const choice = this.forced.get(question) ?? name;
    this.choices.set(question, choice);
    return choice;
  }

  /** The callback of a plan for a place with this question's variants; undefined where the choice is final. */
  follower(question: string): ((place: Replaceable) => void) | undefined {
    return this.changeOver.has(question) ? (place) => this.changeOver.follow(question, place) : undefined;
  }

  /**
   * Called between two steps: plans in use change over to faster variants, which are compiled in the background, and
   * compiled candidates are measured now.
   */
  betweenSteps(): Promise<void> {
    return this.changeOver.advance();
  }

  /** Whether the next `betweenSteps` measures, which requires an empty device queue. */
  get measuresNext(): boolean {
    return this.changeOver.measuresNext;
  }

  /** Resolves when every plan in use has the variant it will keep. */
  settled(): Promise<void> {
    return this.changeOver.settled();
  }

  private async decide(question: Question): Promise<string> {
    const { name, candidates } = question;
    const remembered = await this.store?.load(choiceKey(this.gpu.adapter, name));
    const [first] = candidates;
    if (!first) throw new Error('a choice needs candidates');
    const known = candidates.length === 1 ? first : candidates.find((candidate) => candidate.name === remembered);
    const quick = candidates.find(({ compile }) => compile === 'quick');
    let choice: string;
    if (
      this.begin === 'quick' &&
      this.gpu.options.variants === 'software' &&
      quick &&
      (known ?? candidates.find(({ compile }) => compile === 'slow'))?.compile === 'slow'
    ) {
      choice = quick.name;
      this.changeOver.add(question, known?.name);
    } else if (known) {
      choice = known.name;
    } else {
      try {
        choice = await fastest(this.gpu, await prepared(candidates));
      } finally {
        question.release();
      }
      await this.store?.save(choiceKey(this.gpu.adapter, name), choice);
    }
    this.choices.set(name, choice);
    return choice;
  }
}

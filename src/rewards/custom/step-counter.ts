/**
 * Makes QuickJS call its interrupt handler often. By itself it does so after every 10,000 loop iterations and calls;
 * with a slow native call in each (a search in a long array) those take minutes. The count-down is a word of the
 * context in the interpreter's memory: it is found by watching which word a loop of known length counts down.
 */

/** Words of a context that are searched. */
const WORDS = 1024;
const ITERATIONS = 1000;
/** Counts between two calls of the handler; a loop iteration takes two. */
export const STEPS_PER_POLL = 100;
/** What QuickJS sets the counter to before it calls the handler. */
const INITIAL = 10_000;
/** A call of the handler from within a regular expression comes after so many steps of matching. */
const STEPS_PER_MATCHING_POLL = 10_000;

export class StepCounter {
  private view: Int32Array;

  private constructor(
    private readonly memory: WebAssembly.Memory,
    private readonly index: number,
  ) {
    this.view = new Int32Array(memory.buffer);
  }

  /**
   * @param context address of the context
   * @param loop runs an empty loop of so many iterations in the context
   */
  static find(memory: WebAssembly.Memory, context: number, loop: (iterations: number) => void): StepCounter {
    const words = () => new Int32Array(memory.buffer.slice(context, context + 4 * WORDS));
    const states = [words()];
    for (const iterations of [ITERATIONS, 2 * ITERATIONS]) {
      loop(iterations);
      states.push(words());
    }
    const [before, between, after] = states;
    const found = Array.from({ length: WORDS }, (_, i) => i).filter((i) => {
      const [first, second] = [(before?.[i] ?? 0) - (between?.[i] ?? 0), (between?.[i] ?? 0) - (after?.[i] ?? 0)];
      const perIteration = (second - first) / ITERATIONS;
      return perIteration === 1 || perIteration === 2;
    });
    const [index] = found;
    if (index === undefined || found.length !== 1)
      throw new Error(`QuickJS keeps its interrupt counter elsewhere: ${found.length} words fit`);
    return new StepCounter(memory, context / 4 + index);
  }

  /** To be called by the handler. @returns the steps since its last call */
  poll(): number {
    // Memory that has grown has another buffer.
    if (this.view.buffer !== this.memory.buffer) this.view = new Int32Array(this.memory.buffer);
    const steps = this.view[this.index] === INITIAL ? STEPS_PER_POLL : STEPS_PER_MATCHING_POLL;
    this.view[this.index] = STEPS_PER_POLL;
    return steps;
  }
}

/**
 * Runs a custom reward in QuickJS compiled to WebAssembly, with limits of steps, memory and stack.
 *
 * Each call starts from the same image of the interpreter's memory, taken after the source was evaluated: nothing that
 * a call stores, allocates or breaks is left for the next one, and results do not depend on the order of calls.
 */
import variant from '@jitl/quickjs-wasmfile-release-sync';
import {
  DefaultIntrinsics,
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
} from 'quickjs-emscripten-core';
import { MemoryImage } from './memory-image.ts';
import {
  failure,
  FILE,
  limitFailure,
  LONGEST_CALL,
  readOutcome,
  type Failure,
  type Limits,
  type Outcome,
} from './outcome.ts';
import { PRELUDE } from './prelude.ts';
import { StepCounter } from './step-counter.ts';

/** The interpreter itself failed, for example because the host's stack ended: this one may not be used any more. */
export class BrokenVm extends Error {}

/** Memory that the build of QuickJS starts with, in WebAssembly's pages of 64 KiB. */
const INITIAL_PAGES = 256;
const PAGES_PER_MB = 16;
/** In bytes: about 350 calls deep. Recursion takes several times as much of the host's stack, which is about 1 MB. */
const STACK = 64 * 1024;
/** Counts of the interpreter per step: a loop iteration counts twice. */
const COUNTS_PER_STEP = 2;

export class Vm {
  private counted = 0;
  /** As of performance.now(). */
  private deadline = Infinity;
  private exceeded: 'steps' | 'time' | undefined;
  private counter: StepCounter | undefined;
  private image: MemoryImage | undefined;
  private invoke: QuickJSHandle | undefined;
  private reward: QuickJSHandle | undefined;

  private constructor(
    private readonly memory: WebAssembly.Memory,
    private readonly context: QuickJSContext,
    private readonly limits: Limits,
  ) {}

  /** @returns the failure of evaluating the source, if it has one */
  static async open(source: string, limits: Limits): Promise<Vm | Failure> {
    const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: limits.memoryMB * PAGES_PER_MB });
    const module = await newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmMemory: memory }));
    const runtime = module.newRuntime();
    runtime.setMaxStackSize(STACK);
    const context = runtime.newContext({ intrinsics: { ...DefaultIntrinsics, Date: false } });
    const vm = new Vm(memory, context, limits);
    runtime.setInterruptHandler(() => vm.interrupted());
    return vm.prepare(source) ?? vm;
  }

  /** Runs reward(response, row, facts). @param row as JSON @param facts as JSON */
  call(response: string, row: string, facts: string): Outcome {
    const { context, image, invoke, reward } = this;
    if (!image || !invoke || !reward) throw new Error('the interpreter is not prepared');
    image.restore();
    return this.limited(() => {
      const inputs = [response, row, facts].map((text) => context.newString(text));
      const result = context.callFunction(invoke, context.undefined, reward, ...inputs);
      return result.error ? this.failure(result.error) : readOutcome(context.getString(result.value), this.limits);
    });
  }

  private prepare(source: string): Failure | undefined {
    const { context } = this;
    this.run('function spin(n) { for (let i = 0; i < n; i++); }');
    this.run('spin(1)');
    this.counter = StepCounter.find(
      this.memory,
      // The address is private, but the counter's place has no other name.
      (context as unknown as { ctx: { value: number } }).ctx.value,
      (iterations) => this.run(`spin(${iterations})`),
    );
    this.run('delete globalThis.spin');
    this.invoke = this.run(PRELUDE);
    const outcome = this.limited((): Outcome => {
      const result = context.evalCode(source, FILE);
      if (result.error) return this.failure(result.error);
      // A function, or a constant or variable of that name.
      this.reward = this.run('typeof reward === "function" ? reward : undefined');
      return { reward: 0 };
    });
    if ('error' in outcome) return outcome;
    if (!this.reward || context.typeof(this.reward) !== 'function')
      return { error: 'expected a function reward(response, row)' };
    // The count-down is part of the image, so that each call counts from the same state.
    this.counter.poll();
    this.image = new MemoryImage(this.memory);
    return undefined;
  }

  /** Evaluates code of the studio's own. */
  private run(code: string): QuickJSHandle {
    const result = this.context.evalCode(code, 'prelude.js');
    // The library's own error would hold the whole interpreter.
    if (result.error) throw new Error(JSON.stringify(this.context.dump(result.error)));
    return result.value;
  }

  private limited(run: () => Outcome): Outcome {
    this.counted = 0;
    this.exceeded = undefined;
    this.deadline = performance.now() + LONGEST_CALL;
    try {
      return run();
    } catch (error) {
      if (this.exceeded) return limitFailure(this.exceeded, '', this.limits);
      throw new BrokenVm(error instanceof Error ? error.message : String(error));
    }
  }

  /** The interrupt handler: whether the call is to be ended. */
  private interrupted(): boolean {
    this.counted += this.counter?.poll() ?? 0;
    if (this.counted > this.limits.steps * COUNTS_PER_STEP) this.exceeded = 'steps';
    else if (performance.now() > this.deadline) this.exceeded = 'time';
    return this.exceeded !== undefined;
  }

  /** An error that the source could not catch, or that evaluating it threw. */
  private failure(error: QuickJSHandle): Failure {
    const { context, limits } = this;
    const isObject = context.typeof(error) === 'object' && !context.eq(error, context.null);
    const textAt = (name: string) => {
      const value = isObject ? context.getProp(error, name) : context.undefined;
      return context.typeof(value) === 'string' ? context.getString(value) : '';
    };
    if (this.exceeded) return limitFailure(this.exceeded, textAt('stack'), limits);
    const thrown = isObject || context.eq(error, context.null) ? '' : 'threw a value other than an Error';
    return failure([textAt('name'), textAt('message')].filter(Boolean).join(': ') || thrown, textAt('stack'), limits);
  }
}

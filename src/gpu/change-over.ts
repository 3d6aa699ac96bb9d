/**
 * Plans in use change over to faster variants of their kernels, on adapters where those take seconds to compile.
 *
 * One kernel at a time is compiled in the background, with pauses, because the run wants the same cores. A place in a
 * plan takes the new variant when it is ready; all variants agree bit for bit, so it does not matter when. Candidates
 * are measured between two steps, when nothing else is in the device's queue.
 */
import { fastest, prepared, type PreparedCandidate, type Question } from './candidates.ts';
import type { Gpu } from './device.ts';
import type { Replaceable } from './kernel.ts';

/** Pauses of the compiler, as a share of the time that it has just taken. */
const REST = 0.5;

/** A question whose plans began with a variant that compiles quickly. */
interface OpenQuestion {
  question: Question;
  /** The fastest variant, once it is known. */
  best: string | undefined;
  /** Candidates that are compiled and wait to be measured. */
  candidates?: PreparedCandidate[];
  /** Places of plans in use that have the variant they began with. */
  places: Set<Replaceable>;
}

export class ChangeOver {
  private readonly open = new Map<string, OpenQuestion>();
  private work: Promise<void> | undefined;

  /**
   * @param onMeasured hears of the fastest variant of a question that was measured
   * @param onChange hears of the variant that a place has changed over to
   */
  constructor(
    private readonly gpu: Gpu,
    private readonly onMeasured: (question: string, best: string) => Promise<void>,
    private readonly onChange: (question: string, variant: string) => void,
  ) {}

  /** @param best the fastest variant, if it is remembered */
  add(question: Question, best: string | undefined): void {
    this.open.set(question.name, { question, best, places: new Set() });
  }

  drop(question: string): void {
    this.open.get(question)?.question.release();
    this.open.delete(question);
  }

  has(question: string): boolean {
    return this.open.has(question);
  }

  follow(question: string, place: Replaceable): void {
    this.open.get(question)?.places.add(place);
  }

  get measuresNext(): boolean {
    return [...this.open.values()].some(({ candidates }) => candidates !== undefined);
  }

  /** Measures the candidates that are compiled, and sees to it that the background has work if there is any. */
  async advance(): Promise<void> {
    for (const open of this.open.values()) {
      const { candidates, question } = open;
      if (!candidates) continue;
      delete open.candidates;
      open.best = await fastest(this.gpu, candidates);
      question.release();
      await this.onMeasured(question.name, open.best);
    }
    this.work ??= this.inBackground().finally(() => (this.work = undefined));
  }

  async settled(): Promise<void> {
    do {
      await this.advance();
      await this.work;
    } while (this.measuresNext);
  }

  private async inBackground(): Promise<void> {
    for (const { question } of [...this.open.values()]) {
      try {
        await this.change(question.name);
      } catch {
        // A variant that does not compile, or a lost device: plans keep what they have, and the run reports the loss.
        this.drop(question.name);
      }
    }
  }

  private async change(name: string): Promise<void> {
    const open = this.open.get(name);
    if (!open || open.places.size === 0) return;
    const { question, places, best } = open;
    if (best === undefined) {
      open.candidates ??= await prepared(question.candidates, resting);
      return;
    }
    for (const place of places) {
      places.delete(place);
      if (place.destroyed || place.variant === best) continue;
      await resting(place.replace(best));
      this.onChange(name, best);
    }
  }
}

/** Waits for a kernel that is being compiled, and then gives the cores to the run for a while. */
async function resting<T>(compiling: Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await compiling;
  const pause = (performance.now() - start) * REST;
  if (pause >= 1) await new Promise((resolve) => setTimeout(resolve, pause));
  return result;
}

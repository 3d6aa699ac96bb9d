/**
 * Changes plans in use over to faster variants of their kernels, on adapters where those take seconds to compile.
 *
 * One kernel at a time is compiled in the background, with pauses, because the run uses the same cores. A place in a
 * plan switches to the new variant when it is ready; all variants agree bit for bit, so the moment does not matter.
 * Candidates are measured between two steps, when nothing else is in the device's queue.
 */
import { fastest, prepared, type PreparedCandidate, type Question } from './candidates.ts';
import type { Gpu } from './device.ts';
import type { Replaceable } from './kernel.ts';

/** Length of a compiler pause, as a multiple of the compile time before it. */
const REST = 0.5;

/** A question whose plans started with a variant that compiles quickly. */
interface OpenQuestion {
  question: Question;
  /** The fastest variant, once it is known. */
  best: string | undefined;
  /** Compiled candidates that are not yet measured. */
  candidates?: PreparedCandidate[];
  /** Places of plans in use that still have their initial variant. */
  places: Set<Replaceable>;
}

export class ChangeOver {
  private readonly open = new Map<string, OpenQuestion>();
  private work: Promise<void> | undefined;

  /**
   * @param onMeasured called with the fastest variant of a question after measuring
   * @param onChange called with the variant that a place changed over to
   */
  constructor(
    private readonly gpu: Gpu,
    private readonly onMeasured: (question: string, best: string) => Promise<void>,
    private readonly onChange: (question: string, variant: string) => void,
  ) {}

  /** @param best the fastest variant, if it is stored */
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

  /** Measures the compiled candidates, and keeps the background compiler busy while work remains. */
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
        // A variant does not compile, or the device is lost: plans keep their variants, and the run reports the loss.
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

/** Waits for a kernel that is being compiled, then pauses so that the run gets the cores. */
async function resting<T>(compiling: Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await compiling;
  const pause = (performance.now() - start) * REST;
  if (pause >= 1) await new Promise((resolve) => setTimeout(resolve, pause));
  return result;
}

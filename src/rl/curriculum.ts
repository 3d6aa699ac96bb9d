/**
 * A curriculum by measured pass rate: prompts are drawn from the items of a task (its difficulty bands, or the rows of
 * a data set) by how much the policy can still learn from them.
 *
 * The weight of an item with pass rate p is p (1 - p), the variance of its outcome: the learnability of Foster et al.
 * (arXiv 2502.12272), to which the expected improvement by a policy gradient is proportional, and which is 0 for items
 * that are always or never solved. With n items,
 *
 *     P(i) = floor / n + (1 - floor) p_i (1 - p_i) / sum_j p_j (1 - p_j)
 *
 * The floor keeps every item in play, so that its rate is measured again. The rate is that of all responses so far,
 * older ones discounted, with one correct and one incorrect response as prior:
 *
 *     c <- memory c + correct,  t <- memory t + responses  (steps that sampled the item);  p = (c + 1) / (t + 2)
 */
import type { Random } from '../random.ts';
import type { RlConfig } from '../run/config.ts';

/** Discounted responses of an item: its number, how many were correct, and how many there were. */
export type ItemCount = [item: number, correct: number, total: number];

type CurriculumConfig = Pick<RlConfig, 'curriculum_floor' | 'curriculum_memory'>;

export class Curriculum {
  private readonly correct: Float64Array;
  private readonly total: Float64Array;

  constructor(
    items: number,
    private readonly config: CurriculumConfig,
  ) {
    this.correct = new Float64Array(items);
    this.total = new Float64Array(items);
  }

  /** Estimated pass rates. */
  get rates(): Float64Array {
    return this.correct.map((correct, i) => (correct + 1) / ((this.total[i] ?? 0) + 2));
  }

  /** Probabilities of the items; they add up to 1. */
  get probabilities(): Float64Array {
    const learnability = this.rates.map((rate) => rate * (1 - rate));
    const sum = learnability.reduce((total, value) => total + value, 0);
    const { curriculum_floor: floor } = this.config;
    return learnability.map((value) => floor / learnability.length + ((1 - floor) * value) / sum);
  }

  /** `count` items, drawn with replacement. */
  draw(count: number, random: Random): number[] {
    const { probabilities } = this;
    return Array.from({ length: count }, () => {
      let left = random.float();
      const item = probabilities.findIndex((probability) => (left -= probability) < 0);
      // Only after rounding.
      return item === -1 ? probabilities.length - 1 : item;
    });
  }

  /**
   * All items in the order in which they are drawn without replacement, each time by the probabilities of those that
   * are left: by decreasing log(u) / P, u uniform (Efraimidis and Spirakis 2006).
   */
  order(random: Random): number[] {
    const keys = this.probabilities.map((probability) => Math.log(1 - random.float()) / probability);
    return Array.from(keys, (_, item) => item).sort((a, b) => (keys[b] ?? 0) - (keys[a] ?? 0) || a - b);
  }

  /** Counts a step's responses. @param outcomes item and whether the response was correct */
  observe(outcomes: readonly { item: number; correct: boolean }[]): void {
    const sampled = new Map<number, { correct: number; total: number }>();
    for (const { item, correct } of outcomes) {
      const counted = sampled.get(item) ?? { correct: 0, total: 0 };
      sampled.set(item, { correct: counted.correct + Number(correct), total: counted.total + 1 });
    }
    const { curriculum_memory: memory } = this.config;
    for (const [item, counted] of sampled) {
      this.correct[item] = memory * (this.correct[item] ?? 0) + counted.correct;
      this.total[item] = memory * (this.total[item] ?? 0) + counted.total;
    }
  }

  /** Items without responses are left out. */
  get state(): ItemCount[] {
    return Array.from(this.total, (total, item): ItemCount => [item, this.correct[item] ?? 0, total]).filter(
      ([, , total]) => total > 0,
    );
  }

  /** @returns a function that restores the current counts */
  checkpoint(): () => void {
    const [correct, total] = [this.correct.slice(), this.total.slice()];
    return () => {
      this.correct.set(correct);
      this.total.set(total);
    };
  }

  restore(state: readonly ItemCount[]): void {
    for (const [item, correct, total] of state) [this.correct[item], this.total[item]] = [correct, total];
  }
}

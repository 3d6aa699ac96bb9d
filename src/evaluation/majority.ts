/**
 * maj@k: the expected accuracy of a majority vote over k responses, estimated from n of them (self-consistency, Wang et
 * al. 2022, arXiv 2203.11171; maj@k of Minerva, Lewkowycz et al. 2022, arXiv 2206.14858).
 *
 * A response votes for its final answer; one without an answer abstains. The answer with the most votes wins. Answers
 * that tie for the most votes are equally likely to win, and the value is the expectation over that draw: of two tied
 * answers of which one is correct, 1/2. A vote in which all abstain is lost.
 */
import type { Random } from '../random.ts';

export interface Vote {
  /** Equal answers are equal texts; undefined abstains. */
  answer: string | undefined;
  correct: boolean;
}

/** Votes for one answer. */
interface Group {
  size: number;
  /** Share of its responses that are correct: 0 or 1, unless a reward judges more than the final answer. */
  correct: number;
}

/** Responses up to which maj@k is exact. */
export const EXACT_UP_TO = 256;
/** Random subsets beyond. */
const SUBSETS = 2000;

/**
 * Mean over all subsets of k of the votes, which makes it unbiased: exact for up to EXACT_UP_TO votes, otherwise the
 * mean over SUBSETS random subsets.
 *
 * @param k 1 to the number of votes
 * @param random draws the subsets
 */
export function majorityAtK(votes: readonly Vote[], k: number, random: Random): number {
  if (!Number.isInteger(k) || k < 1 || k > votes.length) throw new RangeError(`maj@${k} of ${votes.length} responses`);
  if (k === votes.length) return outcome(votes);
  return votes.length <= EXACT_UP_TO ? exact(votes, k) : sampled(votes, k, random);
}

function groupsOf(votes: readonly Vote[]): Group[] {
  const byAnswer = new Map<string, { size: number; correct: number }>();
  for (const { answer, correct } of votes) {
    if (answer === undefined) continue;
    const group = byAnswer.get(answer) ?? { size: 0, correct: 0 };
    group.size += 1;
    group.correct += correct ? 1 : 0;
    byAnswer.set(answer, group);
  }
  return [...byAnswer.values()].map(({ size, correct }) => ({ size, correct: correct / size }));
}

/** The value of a vote that needs a winner of its own: 0 if several answers have the most votes. */
export function consensusOf(votes: readonly Vote[]): number {
  const [winner, ...others] = leaders(votes);
  return winner && others.length === 0 ? winner.correct : 0;
}

/** The answers with the most votes. */
function leaders(votes: readonly Vote[]): Group[] {
  const groups = groupsOf(votes);
  const most = Math.max(0, ...groups.map(({ size }) => size));
  return groups.filter(({ size }) => size === most);
}

/** The value of one vote. */
function outcome(votes: readonly Vote[]): number {
  const tied = leaders(votes);
  return tied.length === 0 ? 0 : tied.reduce((sum, { correct }) => sum + correct, 0) / tied.length;
}

/**
 * Sum over m of P(the most votes for one answer are m) times the mean correctness of the answers with m votes. For each
 * m the groups are drawn from one after the other: a group gives x of the subset's remaining places with the
 * hypergeometric probability, at most m. The states are the places that are taken and the number of groups with m.
 */
function exact(votes: readonly Vote[], k: number): number {
  const groups = groupsOf(votes);
  const abstaining = votes.length - groups.reduce((sum, { size }) => sum + size, 0);
  const largest = Math.max(0, ...groups.map(({ size }) => size));
  let expected = 0;
  for (let m = 1; m <= Math.min(k, largest); m++) {
    const ties = Math.min(groups.length, Math.floor(k / m));
    const width = ties + 1;
    // [taken, groups with m votes]: probability, and probability times the sum of their correctness.
    let chance = new Float64Array((k + 1) * width);
    let credit = new Float64Array((k + 1) * width);
    chance[0] = 1;
    let left = votes.length;
    const draw = (size: number, correct: number, cap: number) => {
      const [chances, credits] = [new Float64Array(chance.length), new Float64Array(credit.length)];
      for (let taken = 0; taken <= k; taken++) {
        const drawn = hypergeometric(left, size, k - taken);
        for (let tied = 0; tied <= ties; tied++) {
          const from = taken * width + tied;
          const [p, q] = [chance[from] ?? 0, credit[from] ?? 0];
          if (p === 0) continue;
          for (let x = 0; x < drawn.length && x <= cap; x++) {
            const full = cap === m && x === m;
            const at = (taken + x) * width + tied + (full ? 1 : 0);
            const weight = drawn[x] ?? 0;
            if (weight === 0) continue;
            chances[at] = (chances[at] ?? 0) + p * weight;
            credits[at] = (credits[at] ?? 0) + (q + (full ? p * correct : 0)) * weight;
          }
        }
      }
      [chance, credit] = [chances, credits];
      left -= size;
    };
    if (abstaining > 0) draw(abstaining, 0, Infinity);
    for (const { size, correct } of groups) draw(size, correct, m);
    for (let tied = 1; tied <= ties; tied++) expected += (credit[k * width + tied] ?? 0) / tied;
  }
  return expected;
}

/**
 * Probabilities that 0, 1, ... of `places` drawn without replacement from `population` are among `marked` of it.
 *
 * @returns an empty list if there are more places than the population has
 */
function hypergeometric(population: number, marked: number, places: number): number[] {
  if (places > population) return [];
  const least = Math.max(0, places - (population - marked));
  const most = Math.min(places, marked);
  const chances = new Array<number>(most + 1).fill(0);
  // Relative to the smallest count, then normalized: P(x + 1) / P(x) = (K - x)(n - x) / ((x + 1)(N - K - n + x + 1)).
  // A ratio may exceed the range of a double only for populations far above EXACT_UP_TO.
  let value = 1;
  let sum = 0;
  for (let x = least; x <= most; x++) {
    chances[x] = value;
    sum += value;
    value *= ((marked - x) * (places - x)) / ((x + 1) * (population - marked - places + x + 1));
  }
  return chances.map((chance) => chance / sum);
}

function sampled(votes: readonly Vote[], k: number, random: Random): number {
  const order = votes.map((_, i) => i);
  let sum = 0;
  for (let subset = 0; subset < SUBSETS; subset++) {
    // The first k of a Fisher-Yates shuffle.
    for (let i = 0; i < k; i++) {
      const j = i + random.integer(order.length - i);
      [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
    }
    sum += outcome(order.slice(0, k).flatMap((i) => votes[i] ?? []));
  }
  return sum / SUBSETS;
}

/**
 * What a kept step has to be like, wherever it comes from: a file of an archive, or the browser's database, which
 * another version, an extension or a browser that was closed while it wrote may have damaged.
 */
import { z } from 'zod';
import { ZONES } from '../run/step-record.ts';
import { MOST_RESPONSES } from '../views/rollouts.ts';
import { COUNTS, TOKEN_VALUES, type KeptStep } from './kept-step.ts';

const count = z.number().int().min(0);

/** What of a kept step is no array of numbers. */
export const KeptTexts = z.object({
  step: count.min(1),
  problems: z.array(
    z.object({
      prompt: z.string(),
      answer: z.string(),
      key: z.string(),
      difficulty: z.string().optional(),
      group: count,
    }),
  ),
  texts: z.array(z.string()).max(MOST_RESPONSES),
  leftOut: count,
});

const halves = z.instanceof(Uint16Array);
const bytes = z.instanceof(Uint8Array);
const wide = z.instanceof(Uint32Array);
const singles = z.instanceof(Float32Array);
const doubles = z.instanceof(Float64Array);

const Step = KeptTexts.extend({
  problem: halves,
  reward: doubles,
  rewards: z.record(z.string(), doubles),
  advantage: doubles,
  flags: bytes,
  begin: wide,
  counts: wide,
  ratio: singles,
  kl: singles,
  klReference: singles.optional(),
  vocabulary: z.object({ ids: wide, texts: z.array(z.string()) }),
  tokens: z.union([halves, wide]),
  zone: bytes,
  values: z.object(Object.fromEntries(TOKEN_VALUES.map((name) => [name, halves]))),
});

type Indices = Uint8Array | Uint16Array | Uint32Array;

/** @returns how the parts of a step contradict each other; undefined if they do not */
export function contradictionIn(step: KeptStep): string | undefined {
  const { begin, vocabulary } = step;
  const n = step.texts.length;
  const t = begin[n] ?? 0;
  const lengths: [name: string, list: ArrayLike<unknown>, length: number][] = [
    ['begin', begin, n + 1],
    ['problem', step.problem, n],
    ['reward', step.reward, n],
    ...Object.entries(step.rewards).map(([key, list]): [string, ArrayLike<unknown>, number] => [
      `rewards/${key}`,
      list,
      n,
    ]),
    ['advantage', step.advantage, n],
    ['flags', step.flags, n],
    ['counts', step.counts, n * COUNTS],
    ['ratio', step.ratio, n],
    ['kl', step.kl, n],
    ['kl_reference', step.klReference ?? step.kl, n],
    ['vocabulary', vocabulary.ids, vocabulary.texts.length],
    ['tokens', step.tokens, t],
    ['zone', step.zone, t],
    ...TOKEN_VALUES.map((name): [string, ArrayLike<unknown>, number] => [`values/${name}`, step.values[name], t]),
  ];
  const odd = lengths.find(([, list, length]) => list.length !== length);
  if (odd) return `expected ${odd[2]} values of ${odd[0]}, found ${odd[1].length}`;
  const limits: [name: string, list: Indices, limit: number][] = [
    ['problem', step.problem, step.problems.length],
    ['tokens', step.tokens, vocabulary.texts.length],
    ['zone', step.zone, ZONES.length],
  ];
  const beyond = limits.find(([, list, limit]) => !allBelow(list, limit));
  if (beyond) return `expected values below ${beyond[2]} in ${beyond[0]}`;
  for (let i = 0; i < n; i++) if ((begin[i] ?? 0) > (begin[i + 1] ?? 0)) return 'expected ascending values in begin';
  return undefined;
}

/** A run has millions of tokens. */
function allBelow(list: Indices, limit: number): boolean {
  for (const value of list) if (value >= limit) return false;
  return true;
}

export interface StoredSteps {
  /** In the order of the rows. */
  steps: KeptStep[];
  /** Number of rows that cannot be read. */
  damaged: number;
}

/** The steps of rows of the database; damaged ones are left out, and stay stored. */
export function storedSteps(rows: readonly unknown[]): StoredSteps {
  const steps = rows.flatMap((row) => {
    const step = typeof row === 'object' && row !== null && 'step' in row ? row.step : undefined;
    if (!Step.safeParse(step).success) return [];
    const kept = step as KeptStep;
    return contradictionIn(kept) === undefined ? [kept] : [];
  });
  return { steps, damaged: rows.length - steps.length };
}

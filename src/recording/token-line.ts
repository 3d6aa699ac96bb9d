/**
 * The token views of a step as a part of a recording's line: numbers of equal meaning in one list, which takes fewer
 * characters and packs better than one object per token.
 */
import { z } from 'zod';
import {
  DENSITY_COLUMNS,
  DENSITY_ROWS,
  HISTOGRAM_BINS,
  ZONES,
  type RolloutView,
  type TokenView,
} from '../run/step-record.ts';
import type { TokenViews } from '../views/frame-state.ts';
import { MAX_ROLLOUTS_SHOWN, MAX_SCATTER_TOKENS, type TokenScatter } from '../views/run-view.ts';

/** Significant digits of the numbers of all steps but the newest one. */
const DIGITS = 4;
/** Tokens of the scatter of all steps but the newest one. */
const SCATTER_TOKENS = 300;

/** Most characters of a text, and most tokens of a response, that are read. */
const MOST_TEXT = 200_000;
const MOST_TOKENS = 32_768;

/** JSON has no NaN and no infinity: both are null, and read as NaN. */
const number = z.number().nullable();
const numbers = (length: number) => z.array(number).max(length);
const text = z.string().max(MOST_TEXT);
const zone = z
  .int()
  .min(0)
  .max(ZONES.length - 1);
const counts = (length: number) => z.array(z.number().min(0)).length(length);

/** One value per token, in lists of equal length. */
const equallyLong = (lists: Record<string, unknown>): boolean => {
  const lengths = Object.values(lists).flatMap((list) => (Array.isArray(list) ? [list.length] : []));
  return lengths.every((length) => length === lengths[0]);
};
const EQUAL = 'expected lists of equal length, one value per token';

const Tokens = z
  .strictObject({
    text: z.array(text).max(MOST_TOKENS),
    ratio: numbers(MOST_TOKENS),
    weight: numbers(MOST_TOKENS),
    ppo_weight: numbers(MOST_TOKENS),
    zone: z.array(zone).max(MOST_TOKENS),
    probability: numbers(MOST_TOKENS),
    old_probability: numbers(MOST_TOKENS),
    entropy: numbers(MOST_TOKENS),
  })
  .refine(equallyLong, EQUAL);

const Scatter = z
  .strictObject({
    log_ratio: numbers(MAX_SCATTER_TOKENS),
    probability: numbers(MAX_SCATTER_TOKENS),
    zone: z.array(zone).max(MAX_SCATTER_TOKENS),
    advantage: numbers(MAX_SCATTER_TOKENS),
    weight: numbers(MAX_SCATTER_TOKENS),
    length: z.array(z.int().min(0).max(0xffff)).max(MAX_SCATTER_TOKENS),
    total: z.int().min(0),
  })
  .refine(equallyLong, EQUAL);

export const TokenLine = z.strictObject({
  no_advantage: z.boolean(),
  rollouts: z
    .array(
      z.strictObject({
        prompt: text,
        answer: text,
        reward: number,
        correct: z.boolean(),
        rewards: z.record(z.string(), number).optional(),
        advantage: number,
        tokens: Tokens.optional(),
        /** Texts of the tokens of a response that no update used. */
        unused: z.array(text).max(MOST_TOKENS).optional(),
      }),
    )
    .max(MAX_ROLLOUTS_SHOWN),
  distributions: z
    .strictObject({
      positive: counts(HISTOGRAM_BINS),
      negative: counts(HISTOGRAM_BINS),
      density: counts(DENSITY_ROWS * DENSITY_COLUMNS),
    })
    .optional(),
  scatter: Scatter.optional(),
});
export type TokenLine = z.infer<typeof TokenLine>;

type Rounding = (value: number) => number | null;

const exactly: Rounding = (value) => (Number.isFinite(value) ? value : null);
const rounded: Rounding = (value) => (Number.isFinite(value) ? Number(value.toPrecision(DIGITS)) : null);

/** The shortest number with the same float32. */
function single(value: number): number | null {
  if (!Number.isFinite(value)) return null;
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

/** @param exact with all digits and all tokens, for the newest step of a recording */
export function encodeTokens({ noAdvantage, rollouts, used }: TokenViews, exact: boolean): TokenLine {
  const round = exact ? exactly : rounded;
  return {
    no_advantage: noAdvantage,
    rollouts: rollouts.map((rollout) => encodeRollout(rollout, round)),
    ...(used && {
      distributions: used.distributions,
      ...(used.scatter && { scatter: encodeScatter(used.scatter, exact) }),
    }),
  };
}

/** Without the row of its problem, which may hold data of its own. */
function encodeRollout(
  { prompt, answer, reward, correct, rewards, advantage, tokens, unused }: RolloutView,
  round: Rounding,
): TokenLine['rollouts'][number] {
  const list = (key: keyof TokenView) => tokens.map((token) => round(token[key] as number));
  return {
    prompt,
    answer,
    reward: round(reward),
    correct,
    ...(rewards && { rewards: Object.fromEntries(Object.entries(rewards).map(([key, score]) => [key, round(score)])) }),
    advantage: round(advantage),
    ...(unused
      ? { unused }
      : {
          tokens: {
            text: tokens.map((token) => token.text),
            ratio: list('ratio'),
            weight: list('weight'),
            ppo_weight: list('ppoWeight'),
            zone: tokens.map((token) => ZONES.indexOf(token.zone)),
            probability: list('probability'),
            old_probability: list('oldProbability'),
            entropy: list('entropy'),
          },
        }),
  };
}

/** All tokens, or an even sample of them. */
function encodeScatter(scatter: TokenScatter, exact: boolean): NonNullable<TokenLine['scatter']> {
  const all = scatter.zone.length;
  const count = exact ? all : Math.min(all, SCATTER_TOKENS);
  const chosen = Array.from({ length: count }, (_, i) => Math.floor((i * all) / count));
  const round = exact ? single : rounded;
  const pick = (list: ArrayLike<number>) => chosen.map((i) => round(list[i] ?? NaN));
  const whole = (list: ArrayLike<number>) => chosen.map((i) => list[i] ?? 0);
  return {
    log_ratio: pick(scatter.logRatio),
    probability: pick(scatter.probability),
    zone: whole(scatter.zone),
    advantage: pick(scatter.advantage),
    weight: pick(scatter.weight),
    length: whole(scatter.length),
    total: scatter.total,
  };
}

const read = (value: number | null | undefined): number => value ?? NaN;

/** @param step the RL step of the line's record */
export function decodeTokens({ no_advantage, rollouts, distributions, scatter }: TokenLine, step: number): TokenViews {
  return {
    step,
    noAdvantage: no_advantage,
    rollouts: rollouts.map(decodeRollout),
    ...(distributions && { used: { distributions, ...(scatter && { scatter: decodeScatter(scatter) }) } }),
  };
}

function decodeRollout(rollout: TokenLine['rollouts'][number]): RolloutView {
  const { prompt, answer, reward, correct, rewards, advantage, tokens, unused } = rollout;
  return {
    prompt,
    answer,
    reward: read(reward),
    correct,
    ...(rewards && { rewards: Object.fromEntries(Object.entries(rewards).map(([key, score]) => [key, read(score)])) }),
    advantage: read(advantage),
    tokens: (tokens?.text ?? []).map((part, i) => ({
      text: part,
      ratio: read(tokens?.ratio[i]),
      weight: read(tokens?.weight[i]),
      ppoWeight: read(tokens?.ppo_weight[i]),
      zone: ZONES[tokens?.zone[i] ?? 0] ?? 'inside',
      probability: read(tokens?.probability[i]),
      oldProbability: read(tokens?.old_probability[i]),
      entropy: read(tokens?.entropy[i]),
    })),
    ...(unused && { unused }),
  };
}

function decodeScatter(scatter: NonNullable<TokenLine['scatter']>): TokenScatter {
  const floats = (list: readonly (number | null)[]) => Float32Array.from(list, read);
  return {
    logRatio: floats(scatter.log_ratio),
    probability: floats(scatter.probability),
    zone: Uint8Array.from(scatter.zone),
    advantage: floats(scatter.advantage),
    weight: floats(scatter.weight),
    length: Uint16Array.from(scatter.length),
    total: scatter.total,
  };
}

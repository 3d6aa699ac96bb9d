/**
 * The responses of one step in a compact form, which is stored as it is: columns of numbers per response and per token
 * in typed arrays, token values in half precision.
 */
import { narrowed, widened } from '../model/weights/f16-conversion.ts';
import type { Response } from '../rl/response.ts';
import type { RlStepResult } from '../rl/trainer.ts';
import { ZONES } from '../run/step-record.ts';
import type { Tokenizer } from '../text/tokenizer.ts';

/** Bits of a response's flags; `measured`: an update used it, so its tokens have ratios. */
export const FLAGS = { correct: 1, finished: 2, measured: 4 } as const;

/** Values per token in half precision: 11 bits of mantissa. */
export const TOKEN_VALUES = ['logRatio', 'weight', 'ppoWeight', 'oldLogprob', 'entropy'] as const;
export type TokenValue = (typeof TOKEN_VALUES)[number];

/** Columns of `counts`: tokens per zone, then those of `TOKEN_EFFECTS`. */
export const COUNTS = ZONES.length + 2;
export const PRESERVED = ZONES.length;
export const DROPPED = ZONES.length + 1;

export interface KeptProblem {
  prompt: string;
  answer: string;
  key: string;
  difficulty?: string;
  /** Its group in the rollout. */
  group: number;
}

/** Arrays of `[n]` have one entry per response, those of `[t]` one per token; a group's responses are adjacent. */
export interface KeptStep {
  step: number;
  /** One per group. */
  problems: KeptProblem[];
  /** `[n]`, index into `problems`. */
  problem: Uint16Array<ArrayBuffer>;
  /** `[n]` */
  reward: Float64Array<ArrayBuffer>;
  /** `[n]` by the reward's key. */
  rewards: Record<string, Float64Array<ArrayBuffer>>;
  /** `[n]` */
  advantage: Float64Array<ArrayBuffer>;
  /** `[n]`, bits of FLAGS. */
  flags: Uint8Array<ArrayBuffer>;
  /** `[n]` */
  texts: string[];
  /** `[n + 1]`, first token of each response. */
  begin: Uint32Array<ArrayBuffer>;
  /** `[n, COUNTS]` */
  counts: Uint32Array<ArrayBuffer>;
  /** `[n]`, means over a response's tokens: r, k3 of KL(old || new), estimate of the KL to the reference. */
  ratio: Float32Array<ArrayBuffer>;
  kl: Float32Array<ArrayBuffer>;
  klReference: Float32Array<ArrayBuffer> | undefined;
  /** The step's distinct tokens: their ids in the model's vocabulary, and their texts. */
  vocabulary: { ids: Uint32Array<ArrayBuffer>; texts: string[] };
  /** `[t]`, index into `vocabulary`. */
  tokens: Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;
  /** `[t]`, index into ZONES. */
  zone: Uint8Array<ArrayBuffer>;
  /** `[t]` in half precision; 0 for tokens of a response that is not measured. */
  values: Record<TokenValue, Uint16Array<ArrayBuffer>>;
  /** Responses of the step's last groups that did not fit into the step's share of the bound. */
  leftOut: number;
}

export interface KeepOptions {
  /** Bytes that the step may take; the last groups are left out beyond. */
  share?: number;
  /** Whether the run has a reference policy (`rl.kl_coefficient`). */
  reference: boolean;
}

/** Bytes per token: its index, zone and values. */
const TOKEN_BYTES = 2 + 1 + 2 * TOKEN_VALUES.length;
/** Bytes per response beside text and tokens: the columns. */
const RESPONSE_BYTES = 2 + 8 + 8 + 1 + 4 + 4 * COUNTS + 3 * 4;
const HALF_MAX = 65_504;

/** At most as many tokens have their values kept within a number of bytes. */
export const tokensWithin = (bytes: number): number => Math.ceil(bytes / TOKEN_BYTES);

/** The responses of a step as they are kept. */
export function keptStep(result: RlStepResult, tokenizer: Tokenizer, options: KeepOptions): KeptStep {
  const { chosen, texts, leftOut } = withinShare(result.responses, tokenizer, options.share ?? Infinity);
  const count = chosen.length;
  const total = chosen.reduce((sum, { tokens }) => sum + tokens.length, 0);
  const floats = Object.fromEntries(TOKEN_VALUES.map((name) => [name, new Float32Array(total)])) as Record<
    TokenValue,
    Float32Array
  >;
  const vocabulary = new Map<number, number>();
  const tokens = new Uint32Array(total);
  const problems: KeptProblem[] = [];
  const kept: Omit<KeptStep, 'tokens' | 'values' | 'vocabulary'> = {
    step: result.record.step,
    problems,
    problem: new Uint16Array(count),
    reward: Float64Array.from(chosen, ({ reward }) => reward),
    rewards: Object.fromEntries(
      Object.keys(chosen[0]?.rewards ?? {}).map((key) => [
        key,
        Float64Array.from(chosen, ({ rewards }) => rewards[key] ?? 0),
      ]),
    ),
    advantage: Float64Array.from(chosen, ({ advantage }) => advantage),
    flags: new Uint8Array(count),
    texts,
    begin: new Uint32Array(count + 1),
    counts: new Uint32Array(count * COUNTS),
    ratio: new Float32Array(count),
    kl: new Float32Array(count),
    klReference: options.reference ? new Float32Array(count) : undefined,
    zone: new Uint8Array(total),
    leftOut,
  };
  const floatsOf: TokenColumns = { floats, zone: kept.zone };
  let token = 0;
  for (const [i, response] of chosen.entries()) {
    if (response.group !== chosen[i - 1]?.group) problems.push(keptProblem(response));
    kept.problem[i] = problems.length - 1;
    const measured = response.index >= 0 && response.index + response.tokens.length <= result.recordedTokens;
    const finished = tokenizer.endTokens.includes(response.tokens.at(-1) ?? -1);
    kept.flags[i] =
      (response.correct ? FLAGS.correct : 0) | (finished ? FLAGS.finished : 0) | (measured ? FLAGS.measured : 0);
    kept.begin[i] = token;
    for (const [t, id] of response.tokens.entries()) {
      const index = vocabulary.get(id) ?? vocabulary.size;
      vocabulary.set(id, index);
      tokens[token + t] = index;
    }
    if (measured) measure(result, response, i, token, kept, floatsOf);
    token += response.tokens.length;
  }
  kept.begin[count] = token;
  const ids = Uint32Array.from(vocabulary.keys());
  return {
    ...kept,
    vocabulary: { ids, texts: Array.from(ids, (id) => tokenizer.tokenText(id)) },
    tokens: ids.length <= 0x10000 ? Uint16Array.from(tokens) : tokens,
    values: Object.fromEntries(
      TOKEN_VALUES.map((name) => [name, narrowed(floats[name], 'f16', name)]),
    ) as KeptStep['values'],
  };
}

function keptProblem({ problem, group }: Response): KeptProblem {
  const { prompt, answer, key, difficulty } = problem;
  return { prompt, answer, key, group, ...(difficulty !== undefined && { difficulty }) };
}

/** Whole groups in order, as many as fit. */
function withinShare(
  responses: readonly Response[],
  tokenizer: Tokenizer,
  share: number,
): { chosen: Response[]; texts: string[]; leftOut: number } {
  const texts: string[] = [];
  let bytes = 0;
  let fit = 0;
  for (const [i, response] of responses.entries()) {
    const text = tokenizer.decodeAfter(response.prompt, response.tokens);
    const first = response.group !== responses[i - 1]?.group;
    bytes +=
      RESPONSE_BYTES +
      8 * Object.keys(response.rewards).length +
      response.tokens.length * TOKEN_BYTES +
      textBytes(text) +
      (first ? problemBytes(response.problem) : 0);
    if (bytes > share) break;
    texts.push(text);
    if (responses[i + 1]?.group !== response.group) fit = i + 1;
  }
  return { chosen: responses.slice(0, fit), texts: texts.slice(0, fit), leftOut: responses.length - fit };
}

interface TokenColumns {
  floats: Record<TokenValue, Float32Array>;
  zone: Uint8Array;
}

/** Copies what the last update with a response recorded of its tokens. */
function measure(
  { records }: RlStepResult,
  response: Response,
  i: number,
  begin: number,
  kept: Pick<KeptStep, 'counts' | 'ratio' | 'kl' | 'klReference'>,
  { floats, zone }: TokenColumns,
): void {
  const { f32, u32, struct } = records;
  const { words, offset } = struct;
  const { counts } = kept;
  const count = (column: number) => {
    const at = i * COUNTS + column;
    counts[at] = (counts[at] ?? 0) + 1;
  };
  let [ratio, kl, klReference] = [0, 0, 0];
  const length = response.tokens.length;
  for (let t = 0; t < length; t++) {
    const at = (response.index + t) * words;
    const to = begin + t;
    const r = f32[at + offset.ratio] ?? 1;
    const logRatio = f32[at + offset.logRatio] ?? 0;
    const weight = f32[at + offset.weight] ?? 0;
    const ppoWeight = f32[at + offset.ppoWeight] ?? 0;
    const code = u32[at + offset.zone] ?? 0;
    floats.logRatio[to] = logRatio;
    floats.weight[to] = withinHalf(weight);
    floats.ppoWeight[to] = withinHalf(ppoWeight);
    floats.oldLogprob[to] = withinHalf(f32[at + offset.oldLogprob] ?? 0);
    floats.entropy[to] = f32[at + offset.entropy] ?? 0;
    zone[to] = code;
    count(code);
    if (weight !== 0 && ppoWeight === 0) count(PRESERVED);
    if (weight === 0) count(DROPPED);
    ratio += r;
    kl += r - 1 - logRatio;
    klReference += f32[at + offset.kl] ?? 0;
  }
  kept.ratio[i] = ratio / length;
  kept.kl[i] = kl / length;
  if (kept.klReference) kept.klReference[i] = klReference / length;
}

const withinHalf = (value: number): number => Math.max(-HALF_MAX, Math.min(HALF_MAX, value));

/** One response's token values, widened. */
export function tokenValues(step: KeptStep, response: number): Record<TokenValue, Float32Array> {
  const [begin, end] = [step.begin[response] ?? 0, step.begin[response + 1] ?? 0];
  return Object.fromEntries(
    TOKEN_VALUES.map((name) => [name, widened(step.values[name].subarray(begin, end), 'f16')]),
  ) as Record<TokenValue, Float32Array>;
}

// Browsers store text that fits into Latin-1 with one byte per character, other text with two.
const textBytes = (text: string): number => (/^[\0-\xff]*$/.test(text) ? text.length : 2 * text.length);
const problemBytes = ({ prompt, answer, key, difficulty = '' }: Omit<KeptProblem, 'group'>): number =>
  textBytes(prompt) + textBytes(answer) + textBytes(key) + textBytes(difficulty) + 8;

/** Bytes that a step takes in memory and, about, in the browser's storage. */
export function bytesOf(step: KeptStep): number {
  const arrays: ArrayBufferView[] = [
    step.problem,
    step.reward,
    ...Object.values(step.rewards),
    step.advantage,
    step.flags,
    step.begin,
    step.counts,
    step.ratio,
    step.kl,
    ...(step.klReference ? [step.klReference] : []),
    step.vocabulary.ids,
    step.tokens,
    step.zone,
    ...Object.values(step.values),
  ];
  const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
  return (
    sum(arrays.map(({ byteLength }) => byteLength)) +
    sum(step.texts.map(textBytes)) +
    sum(step.vocabulary.texts.map(textBytes)) +
    sum(step.problems.map(problemBytes))
  );
}

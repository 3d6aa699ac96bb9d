/** What the page shows of a rollout's tokens: a bounded choice of responses, and a bounded scatter of tokens. */
import type { Response, RlStepResult } from '../rl/trainer.ts';
import { RECORD_WORDS } from '../rl/objective.ts';
import { ZONES, type RolloutView, type TokenView } from '../run/step-record.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import { MAX_ROLLOUTS_SHOWN, MAX_SCATTER_TOKENS, type TokenScatter } from './protocol.ts';

/** Token records to read back for a page: enough for the scatter, and bounded. */
export const RECORDED_TOKENS = 8192;

/** Fields of `TokenRecord` in policy.wgsl, as words. */
const FIELD = { ratio: 0, logRatio: 1, weight: 2, zone: 3, entropy: 7, logprob: 8, oldLogprob: 9, ppoWeight: 11 };

class Records {
  private readonly words: Uint32Array;
  constructor(private readonly floats: Float32Array) {
    this.words = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
  }
  number(token: number, field: keyof typeof FIELD): number {
    return this.floats[token * RECORD_WORDS + FIELD[field]] ?? NaN;
  }
  zone(token: number): number {
    return this.words[token * RECORD_WORDS + FIELD.zone] ?? 0;
  }
}

/**
 * The first responses of the groups that took part in updates, two a group (the best and the worst), so that right and wrong answers
 * to one problem stand side by side.
 */
export function rolloutViews(result: RlStepResult, tokenizer: Tokenizer): RolloutView[] {
  const records = new Records(result.records);
  const shown = (response: Response) => response.index >= 0 && response.index + response.tokens.length <= result.recordedTokens;
  const groups = new Map<number, Response[]>();
  for (const response of result.responses) {
    if (!shown(response)) continue;
    const members = groups.get(response.group);
    if (members) members.push(response);
    else if (groups.size < MAX_ROLLOUTS_SHOWN / 2) groups.set(response.group, [response]);
  }
  const pairs = [...groups.values()].flatMap((members) => {
    const sorted = [...members].sort((a, b) => b.reward - a.reward);
    return sorted.length > 1 ? [sorted[0] as Response, sorted.at(-1) as Response] : sorted;
  });
  return pairs.slice(0, MAX_ROLLOUTS_SHOWN).map((response) => ({
    prompt: response.problem.prompt,
    reward: response.reward,
    advantage: response.advantage,
    answer: response.problem.answer,
    tokens: response.tokens.map((token, t) => tokenView(records, response.index + t, tokenizer.tokenText(token))),
  }));
}

function tokenView(records: Records, token: number, text: string): TokenView {
  return {
    text,
    ratio: records.number(token, 'ratio'),
    weight: records.number(token, 'weight'),
    ppoWeight: records.number(token, 'ppoWeight'),
    zone: ZONES[records.zone(token)] ?? 'inside',
    probability: Math.exp(records.number(token, 'logprob')),
    oldProbability: Math.exp(records.number(token, 'oldLogprob')),
    entropy: records.number(token, 'entropy'),
  };
}

export function tokenScatter(result: RlStepResult): TokenScatter | undefined {
  const { recordedTokens } = result;
  if (recordedTokens === 0) return undefined;
  const records = new Records(result.records);
  const count = Math.min(recordedTokens, MAX_SCATTER_TOKENS);
  const scatter: TokenScatter = { logRatio: new Float32Array(count), probability: new Float32Array(count), zone: new Uint8Array(count), total: result.tokens };
  for (let i = 0; i < count; i++) {
    const token = Math.floor((i * recordedTokens) / count);
    scatter.logRatio[i] = records.number(token, 'logRatio');
    scatter.probability[i] = Math.exp(records.number(token, 'oldLogprob'));
    scatter.zone[i] = records.zone(token);
  }
  return scatter;
}

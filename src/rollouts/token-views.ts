/** Bounded views of a rollout's tokens for the page: selected responses, and a scatter sample. */
import type { Response } from '../rl/response.ts';
import type { RlStepResult } from '../rl/trainer.ts';
import { ZONES, type RolloutView, type TokenView } from '../run/step-record.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import type { TokenViews } from '../views/frame-state.ts';
import { MAX_RACE_PROMPTS, MAX_RACE_RESPONSES } from '../views/race.ts';
import { emptyScatter, MAX_ROLLOUTS_SHOWN, MAX_SCATTER_TOKENS, type TokenScatter } from '../views/run-view.ts';

type TokenRecords = RlStepResult['records'];

/** Maximum token records to read back for the page: enough for the scatter. */
export const RECORDED_TOKENS = 8192;

/** What the page shows of the tokens of a step. */
export function tokenViews(result: RlStepResult, tokenizer: Tokenizer): TokenViews {
  const { record, responses, distributions } = result;
  const scatter = distributions && tokenScatter(result);
  return {
    step: record.step,
    noAdvantage: responses.every(({ advantage }) => advantage === 0),
    rollouts: distributions ? rolloutViews(result, tokenizer) : unusedViews(result, tokenizer),
    ...(distributions && { used: { distributions, ...(scatter && { scatter }) } }),
  };
}

/**
 * Responses of the groups with the most tokens outside the clip range, two per group: one of the best and one of the
 * worst, to compare correct and incorrect responses to one problem.
 */
export function rolloutViews(result: RlStepResult, tokenizer: Tokenizer): RolloutView[] {
  const { records } = result;
  const shown = (response: Response) =>
    response.index >= 0 && response.index + response.tokens.length <= result.recordedTokens;
  const groups = new Map<number, Response[]>();
  for (const response of result.responses) {
    if (!shown(response)) continue;
    const members = groups.get(response.group);
    if (members) members.push(response);
    else groups.set(response.group, [response]);
  }
  const outside = (response: Response) =>
    response.tokens.filter((_, t) => records.number(response.index + t, 'zone') !== 0).length;
  const pairs = [...groups.values()].map((members) => {
    // Among equal rewards, the response with the most tokens outside the clip range is chosen.
    const sorted = members
      .map((response) => ({ response, outside: outside(response) }))
      .sort((a, b) => b.response.reward - a.response.reward || b.outside - a.outside);
    const best = sorted[0];
    const lowest = Math.min(...members.map(({ reward }) => reward));
    const worst = sorted.find(({ response }) => response.reward === lowest && response !== best?.response);
    return {
      responses: [best, worst].flatMap((one) => (one ? [one.response] : [])),
      outside: (best?.outside ?? 0) + (worst?.outside ?? 0),
    };
  });
  pairs.sort((a, b) => b.outside - a.outside);
  const shownResponses = pairs.flatMap(({ responses }) => responses).slice(0, MAX_ROLLOUTS_SHOWN);
  return shownResponses.map((response) => usedView(response, records, tokenizer));
}

/**
 * The first responses to the first prompts of a step, in the order of sampling: in runs that differ only in their
 * strategy, the same prompts and the same samples of each.
 */
export function firstViews(result: RlStepResult, tokenizer: Tokenizer): RolloutView[] {
  const { records, recordedTokens } = result;
  const groups = new Map<number, Response[]>();
  for (const response of result.responses) {
    const members = groups.get(response.group) ?? [];
    groups.set(response.group, members);
    if (members.length < MAX_RACE_RESPONSES) members.push(response);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => a - b)
    .slice(0, MAX_RACE_PROMPTS)
    .flatMap(([, members]) => members)
    .map((response) =>
      response.index >= 0 && response.index + response.tokens.length <= recordedTokens
        ? usedView(response, records, tokenizer)
        : unusedView(response, tokenizer),
    );
}

/** One response per group of a step whose groups were all filtered out. */
export function unusedViews({ responses }: Pick<RlStepResult, 'responses'>, tokenizer: Tokenizer): RolloutView[] {
  const first = new Map<number, Response>();
  for (const response of responses) if (!first.has(response.group)) first.set(response.group, response);
  return [...first.values()].slice(0, MAX_ROLLOUTS_SHOWN).map((response) => unusedView(response, tokenizer));
}

/** A response whose tokens have records. */
function usedView(response: Response, records: TokenRecords, tokenizer: Tokenizer): RolloutView {
  return {
    ...factsOf(response, tokenizer),
    tokens: response.tokens.map((token, t) => tokenView(records, response.index + t, tokenizer.tokenText(token))),
  };
}

/** A response that no update used. */
function unusedView(response: Response, tokenizer: Tokenizer): RolloutView {
  return {
    ...factsOf(response, tokenizer),
    tokens: [],
    unused: response.tokens.map((token) => tokenizer.tokenText(token)),
  };
}

function factsOf(response: Response, tokenizer: Tokenizer) {
  return {
    prompt: response.problem.prompt,
    ...gradeOf(response),
    given: givenOf(response, tokenizer),
    advantage: response.advantage,
    answer: response.problem.answer,
  };
}

function gradeOf({ reward, correct, rewards }: Pick<Response, 'reward' | 'correct' | 'rewards'>) {
  return { reward, correct, ...(Object.keys(rewards).length > 0 && { rewards }) };
}

function givenOf({ problem, prompt, tokens }: Response, tokenizer: Tokenizer) {
  return {
    response: tokenizer.decodeAfter(prompt, tokens),
    finished: tokenizer.endTokens.includes(tokens.at(-1) ?? -1),
    row: problem.row,
  };
}

function tokenView(records: TokenRecords, token: number, text: string): TokenView {
  return {
    text,
    ratio: records.number(token, 'ratio'),
    weight: records.number(token, 'weight'),
    ppoWeight: records.number(token, 'ppoWeight'),
    zone: ZONES[records.number(token, 'zone')] ?? 'inside',
    probability: Math.exp(records.number(token, 'logprob')),
    oldProbability: Math.exp(records.number(token, 'oldLogprob')),
    entropy: records.number(token, 'entropy'),
  };
}

export function tokenScatter(result: RlStepResult): TokenScatter | undefined {
  const { recordedTokens } = result;
  if (recordedTokens === 0) return undefined;
  const { records } = result;
  const count = Math.min(recordedTokens, MAX_SCATTER_TOKENS);
  const scatter = emptyScatter(count, result.tokens);
  const lengths = new Uint16Array(recordedTokens);
  for (const { index, tokens } of result.responses)
    if (index >= 0) lengths.fill(tokens.length, index, index + tokens.length);
  for (let i = 0; i < count; i++) {
    const token = Math.floor((i * recordedTokens) / count);
    scatter.logRatio[i] = records.number(token, 'logRatio');
    scatter.probability[i] = Math.exp(records.number(token, 'oldLogprob'));
    scatter.zone[i] = records.number(token, 'zone');
    scatter.advantage[i] = records.number(token, 'advantage');
    scatter.weight[i] = records.number(token, 'weight');
    scatter.length[i] = lengths[token] ?? 1;
  }
  return scatter;
}

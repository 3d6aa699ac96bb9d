/** Rewards as they are added to a list: with their defaults, and a start for what has none. */
import { RewardConfig } from './config.ts';

/** In the order in which they are offered. */
export const REWARD_NAMES = [
  'number',
  'exact',
  'contains',
  'regex',
  'json',
  'format',
  'length',
  'custom',
] as const satisfies readonly RewardConfig['name'][];

export const EXAMPLE_SOURCE = `// Called for each response. row: the fields of its problem.
function reward(response, row, { answer, finished, tokens }) {
  // A number, or an object {reward, correct}.
  return finished ? 1 : 0;
}
`;

const STARTS: Partial<Record<RewardConfig['name'], object>> = {
  regex: { pattern: '[0-9]+' },
  length: { weight: 0.5, max_tokens: 256, cache_tokens: 64 },
  custom: { source: EXAMPLE_SOURCE },
};

export const newReward = (name: RewardConfig['name']): RewardConfig => RewardConfig.parse({ name, ...STARTS[name] });

/** A number alone: digits with separators, a sign, a currency, a fraction or per cent. */
const NUMERIC = /^\s*[$€£¥]?\s*[-+\u2212]?\s*[$€£¥]?\s*(?:\d[\d,.\s]*|[.,]\d+)(?:\/\s*\d+)?\s*%?\s*$/;
const GSM8K_MARKER = '####';
/** Share of the answers that must look alike. */
const MOST = 0.9;

/**
 * The rewards that a data set begins with: `number` if its answers are numbers, or end with one behind GSM8K's marker;
 * otherwise `exact`.
 *
 * @param answers some of the reference answers
 */
export function defaultRewards(answers: readonly string[]): RewardConfig[] {
  const most = (test: (answer: string) => boolean) =>
    answers.length > 0 && answers.filter(test).length >= MOST * answers.length;
  if (most((answer) => answer.includes(GSM8K_MARKER)))
    return [RewardConfig.parse({ name: 'number', answer_marker: GSM8K_MARKER })];
  return [newReward(most((answer) => NUMERIC.test(answer)) ? 'number' : 'exact')];
}

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
  'tests',
  'verifier',
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

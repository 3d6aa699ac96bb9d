/** All rewards by name. Their modules are loaded when a grader uses them: parsers and interpreters are large. */
import { atField } from '../errors.ts';
import type { RewardConfig } from './config.ts';
import type { ResponseGrader, Reward } from './grader.ts';
import { rewardKeys } from './keys.ts';
import type { Verify } from './verifier/verifier.ts';
import { weightedGrader } from './weighted-grader.ts';

type Open<N extends RewardConfig['name']> = (
  config: Extract<RewardConfig, { name: N }>,
  verify: Verify | undefined,
) => Promise<Reward>;

const REWARDS: { [N in RewardConfig['name']]: Open<N> } = {
  exact: async (config) => (await import('./exact/exact.ts')).exact(config),
  number: async (config) => (await import('./number/number.ts')).number(config),
  contains: async (config) => (await import('./contains/contains.ts')).contains(config),
  regex: async (config) => (await import('./regex/regex.ts')).regex(config),
  json: async (config) => (await import('./json/json.ts')).json(config),
  format: async (config) => (await import('./format/format.ts')).format(config),
  length: async (config) => (await import('./length/length.ts')).length(config),
  tests: async (config) => (await import('./tests/tests.ts')).tests(config),
  verifier: async (_, verify) => (await import('./verifier/verifier.ts')).verifier(verify),
  custom: async (config) => (await import('./custom/custom.ts')).custom(config),
};

/**
 * @param rewards at least one
 * @param verify the verifier of the task, for the reward of that name
 * @throws StudioError `input` for a reward whose pattern or source cannot be compiled, at its field of the config
 */
export async function createGrader(rewards: readonly RewardConfig[], verify?: Verify): Promise<ResponseGrader> {
  const keys = rewardKeys(rewards);
  const opened: { key: string; weight: number; reward: Reward }[] = [];
  try {
    for (const [i, config] of rewards.entries())
      opened.push({
        key: keys[i] ?? config.name,
        weight: config.weight,
        reward: await atField(fieldOf(config, i), () => open(config, verify)),
      });
  } catch (error) {
    for (const { reward } of opened) reward.destroy?.();
    throw error;
  }
  return weightedGrader(opened);
}

/** The field that decides whether a reward can be made. */
const fieldOf = ({ name }: RewardConfig, index: number): string =>
  `task.rewards.${index}.${name === 'custom' ? 'source' : name === 'regex' ? 'pattern' : 'name'}`;

const open = <N extends RewardConfig['name']>(...[config, verify]: Parameters<Open<N>>): Promise<Reward> =>
  REWARDS[config.name as N](config, verify);

import './rewards.css';
import { Button, Menu } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { RewardConfig } from '../../../rewards/config.ts';
import { rewardKeys } from '../../../rewards/keys.ts';
import { newReward, REWARD_NAMES } from '../../../rewards/new-reward.ts';
import { useRecipe } from '../../../store/recipe-store.ts';
import { moved } from './moved.ts';
import { descriptionOf } from './reward-fields.ts';
import { RewardItem } from './RewardItem.tsx';

const PATH = 'task.rewards';
const NONE: readonly RewardConfig[] = [];

/** The rewards of the recipe's task. @param scope begins the ids of inputs, as the list may be shown twice */
export function RewardList({ scope }: { scope: string }) {
  const task = useRecipe((recipe) => recipe.config.task);
  const problem = useRecipe((recipe) => recipe.problems[PATH]);
  const rewards = task.rewards ?? NONE;
  const builtIn = task.name !== 'dataset';
  const keys = rewardKeys(rewards);
  const set = (next: readonly RewardConfig[]) =>
    useRecipe.getState().set(PATH, next.length === 0 ? undefined : [...next]);
  return (
    <div data-testid="reward-list">
      {rewards.length === 0 && (
        <p className="hint">
          {builtIn
            ? 'The task’s own verifier grades responses: 1 for a correct one, 0 otherwise.'
            : 'Nothing grades responses yet. RL and evaluation need at least one reward.'}
        </p>
      )}
      {rewards.length > 0 && (
        <ul className="rewards">
          {rewards.map((reward, i) => (
            <RewardItem
              key={i}
              reward={reward}
              rewardKey={keys[i] ?? reward.name}
              index={i}
              count={rewards.length}
              scope={scope}
              onMove={(by) => set(moved(rewards, i, by))}
              onRemove={() => set(rewards.filter((_, other) => other !== i))}
            />
          ))}
        </ul>
      )}
      {problem !== undefined && (
        <span className="field-problem" role="alert">
          {problem}
        </span>
      )}
      <div className="reward-buttons">
        <Menu position="bottom-start" width={280} withinPortal>
          <Menu.Target>
            <Button size="compact-xs" variant="default" leftSection={<IconPlus size={13} aria-hidden />}>
              {rewards.length === 0 && builtIn ? 'Use your own rewards' : 'Add a reward'}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {REWARD_NAMES.map((name) => (
              <Menu.Item key={name} onClick={() => set([...rewards, newReward(name)])}>
                <b>{name}</b>
                <span className="reward-choice">{descriptionOf(name)}</span>
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
        {builtIn && rewards.length > 0 && (
          <Button size="compact-xs" variant="subtle" onClick={() => set([])}>
            Use the task’s verifier
          </Button>
        )}
      </div>
    </div>
  );
}

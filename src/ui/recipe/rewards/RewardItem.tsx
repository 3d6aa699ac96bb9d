import { ActionIcon } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react';
import type { RewardConfig } from '../../../rewards/config.ts';
import { useRecipe } from '../../../store/recipe-store.ts';
import { FieldAdvice } from '../FieldAdvice.tsx';
import { problemIdOf } from '../Field.tsx';
import { descriptionOf, fieldsOfReward, weightField } from './reward-fields.ts';
import { NumberInput, RewardField } from './RewardField.tsx';

interface RewardItemProps {
  reward: RewardConfig;
  /** The name of its metrics and curves. */
  rewardKey: string;
  index: number;
  count: number;
  /** Begins the ids of its inputs. */
  scope: string;
  onMove: (by: 1 | -1) => void;
  onRemove: () => void;
}

/** One reward of the list: its weight, its place and its fields. */
export function RewardItem({ reward, rewardKey, index, count, scope, onMove, onRemove }: RewardItemProps) {
  const path = `task.rewards.${index}`;
  const idOf = (field: string) => `${scope}-reward-${index}-${field.replaceAll('.', '-')}`;
  const weight = idOf('weight');
  const weightProblem = useRecipe(({ problems }) => problems[`${path}.weight`]);
  const problem = useRecipe(({ problems }) => problems[path] ?? problems[`${path}.name`]);
  return (
    <li className="reward" data-testid={`reward-${rewardKey}`}>
      <div className="reward-head">
        <b>{rewardKey}</b>
        <span className="reward-weight">
          <label htmlFor={weight}>weight</label>
          <NumberInput
            field={weightField(reward.name)}
            path={`${path}.weight`}
            id={weight}
            label={`Weight of ${rewardKey}`}
            width={52}
          />
          <span id={`${weight}-help`} className="visually-hidden">
            {weightField(reward.name).description}
          </span>
        </span>
        <span className="reward-tools">
          <Tool label={`Move ${rewardKey} up`} disabled={index === 0} onClick={() => onMove(-1)}>
            <IconArrowUp size={13} aria-hidden />
          </Tool>
          <Tool label={`Move ${rewardKey} down`} disabled={index === count - 1} onClick={() => onMove(1)}>
            <IconArrowDown size={13} aria-hidden />
          </Tool>
          <Tool label={`Remove ${rewardKey}`} onClick={onRemove}>
            <IconX size={13} aria-hidden />
          </Tool>
        </span>
      </div>
      {weightProblem !== undefined && (
        <span id={problemIdOf(weight)} className="field-problem" role="alert">
          {weightProblem}
        </span>
      )}
      {reward.name !== 'custom' && <p className="hint">{descriptionOf(reward.name)}</p>}
      {problem !== undefined && (
        <span className="field-problem" role="alert">
          {problem}
        </span>
      )}
      {fieldsOfReward(reward.name).map((field) => (
        <RewardField key={field.path} field={field} path={`${path}.${field.path}`} id={idOf(field.path)} />
      ))}
      <FieldAdvice paths={[path]} />
    </li>
  );
}

function Tool({
  label,
  ...button
}: {
  label: string;
  disabled?: boolean;
  onClick: () => void;
  children: React.ReactNode;
}) {
  return <ActionIcon variant="subtle" color="gray" size={22} aria-label={label} title={label} {...button} />;
}

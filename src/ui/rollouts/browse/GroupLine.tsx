import { memo } from 'react';
import { useRollouts } from '../../../store/rollouts-store.ts';
import type { GroupRow } from '../../../views/rollouts.ts';
import { GROUP_TITLES } from './rollout-texts.ts';

interface GroupLineProps {
  row: GroupRow;
  /** Several steps are shown. */
  steps: boolean;
}

/** The heading of a group: its problem, and how many of its responses are correct. */
export const GroupLine = memo(function GroupLine({ row, steps }: GroupLineProps) {
  const { prompt, answer, difficulty, correct, size, step, key } = row;
  return (
    <div className="rollout-row group-line" role="cell" data-testid="rollout-group" data-state={row.state}>
      {steps && <span className="aside">step {step}</span>}
      <b className="group-prompt" title={prompt}>
        {prompt}
      </b>
      {answer !== '' && (
        <span className="aside group-answer" title={answer}>
          answer {answer}
        </span>
      )}
      {difficulty !== undefined && <span className="group-badge group-difficulty">{difficulty}</span>}
      <GroupBadges row={row} />
      <span className="aside group-count">
        {correct} of {size} correct
      </span>
      <button
        type="button"
        className="follow"
        aria-label={`Follow the problem ${prompt} over the steps`}
        onClick={() => void followProblem(key)}
      >
        follow
      </button>
    </div>
  );
});

/** Shows only one problem, at every step that drew it. */
export async function followProblem(key: string): Promise<void> {
  const { change, moveTo } = useRollouts.getState();
  await change({ key, text: '', problem: '', zone: undefined, correct: undefined, group: undefined, order: 'group' });
  await moveTo(undefined);
}

/** Whether a group is all correct or all incorrect, and that it then has no advantage. */
export function GroupBadges({ row: { state, zeroAdvantage } }: { row: Pick<GroupRow, 'state' | 'zeroAdvantage'> }) {
  return (
    <>
      {state !== 'mixed' && <span className={`group-badge ${state}`}>{GROUP_TITLES[state]}</span>}
      {zeroAdvantage && (
        <span
          className="group-badge zero-advantage"
          title="Every advantage is 0: the policy gradient of this group is 0"
        >
          zero advantage
        </span>
      )}
    </>
  );
}

import { ActionIcon, Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconX } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useRollouts } from '../../../store/rollouts-store.ts';
import type { RolloutDetail } from '../../../views/rollouts.ts';
import { ColorBy } from '../../inputs/ColorBy.tsx';
import { ONE_COLUMN } from '../../one-column.ts';
import { Rollout } from '../Rollout.tsx';
import { COLORING_HELP, COLORINGS, type Coloring } from '../token-colors.ts';
import { TokenInspector } from '../TokenInspector.tsx';
import { followProblem, GroupBadges } from './GroupLine.tsx';
import { ResponseFacts } from './ResponseFacts.tsx';

/** The chosen response: its tokens, its numbers, its group, and its problem at other steps. */
export function ResponseDetail() {
  const detail = useRollouts((state) => state.detail);
  const narrow = useMediaQuery(ONE_COLUMN) ?? false;
  const box = useRef<HTMLElement>(null);
  const id = detail?.row.id;
  useEffect(() => {
    // In one column the response is below the list.
    if (id !== undefined && narrow) box.current?.scrollIntoView({ block: 'start' });
  }, [id, narrow]);
  if (!detail)
    return (
      <section className="section">
        <h2 className="section-title">Response</h2>
        <p className="hint">
          Press a response for its tokens, coloured by zone, ratio, gradient weight or entropy. Arrow keys move through
          the list.
        </p>
      </section>
    );
  return (
    <section className="section response-detail" ref={box} aria-label="Response" data-testid="response-detail">
      <Opened detail={detail} />
    </section>
  );
}

function Opened({ detail }: { detail: RolloutDetail }) {
  const [coloring, setColoring] = useState<Coloring>('zone');
  const { row, group, view, steps } = detail;
  const views = useMemo(() => [view], [view]);
  const { close } = useRollouts.getState();
  return (
    <>
      <h2 className="section-title response-title">
        <span>
          Step {row.step}, response {row.sample + 1} of {group.size}
        </span>
        <ActionIcon variant="subtle" color="gray" size={24} aria-label="Close the response" onClick={close}>
          <IconX size={15} aria-hidden />
        </ActionIcon>
      </h2>
      <ColorBy value={coloring} choices={COLORINGS} disabled={!row.measured} onChange={setColoring} />
      <p className="hint">
        {row.measured ? COLORING_HELP[coloring] : 'No update used this response, so its tokens have no ratios.'}
      </p>
      <TokenInspector rollouts={views}>
        <Rollout rollout={view} index={0} coloring={coloring} />
      </TokenInspector>
      <ResponseFacts detail={detail} />
      <h3 className="section-title">
        Group <GroupBadges row={group} />
      </h3>
      <ul className="group-members">
        {detail.members.map((member) => (
          <li key={member.id}>
            <button
              type="button"
              aria-current={member.id === row.id ? 'true' : undefined}
              onClick={() => void useRollouts.getState().read(member.id)}
            >
              <span className={member.correct ? 'correct-mark yes' : 'correct-mark no'}>
                {member.correct ? '✓' : '✗'}
              </span>{' '}
              <span className="response-text">{member.text}</span>
            </button>
          </li>
        ))}
      </ul>
      <h3 className="section-title">Same problem</h3>
      <p className="hint">
        {steps.length === 1
          ? 'Only this kept step drew it.'
          : `In ${steps.length} kept steps: ${steps.slice(0, 12).join(', ')}${steps.length > 12 ? ' …' : ''}.`}
      </p>
      {steps.length > 1 && (
        <Button size="compact-xs" variant="default" onClick={() => void followProblem(group.key)}>
          Show this problem over the steps
        </Button>
      )}
    </>
  );
}

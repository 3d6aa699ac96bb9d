import { ActionIcon, Button, SegmentedControl, Slider } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useRollouts } from '../../../store/rollouts-store.ts';
import { isActive, useRun } from '../../../store/run-store.ts';
import { keptText } from './rollout-texts.ts';

/** Which kept step is shown, or all of them. */
export function StepSlider() {
  const opened = useRollouts((state) => state.opened);
  const step = useRollouts((state) => state.query.step);
  const following = useRollouts((state) => state.following);
  const training = useRun((run) => isActive(run.state) && run.id === opened?.run);
  if (!opened) return null;
  const { keptSteps, newest, every } = opened;
  const first = keptSteps[0] ?? 1;
  const { moveTo, follow } = useRollouts.getState();
  const at = step === undefined ? -1 : keptSteps.indexOf(step);
  const go = (place: number) => void moveTo(keptSteps[place]);
  const nearest = (value: number) => keptSteps.findLast((one) => one <= value) ?? first;
  return (
    <section className="card step-card" aria-label="Step">
      <div className="step-row">
        <SegmentedControl
          size="xs"
          aria-label="Steps shown"
          value={step === undefined ? 'all' : 'one'}
          data={[
            { value: 'one', label: 'One step' },
            { value: 'all', label: `All ${keptSteps.length} steps` },
          ]}
          onChange={(value) => void moveTo(value === 'all' ? undefined : newest)}
        />
        <div className="step-move">
          <ActionIcon
            variant="default"
            size={28}
            aria-label="Previous kept step"
            disabled={at <= 0}
            onClick={() => go(at - 1)}
          >
            <IconChevronLeft size={16} aria-hidden />
          </ActionIcon>
          <Slider
            className="step-slider"
            size="sm"
            min={first}
            max={Math.max(newest, first + 1)}
            step={every}
            value={step ?? newest}
            disabled={step === undefined || keptSteps.length < 2}
            label={null}
            thumbLabel="Step"
            thumbProps={{ 'aria-valuetext': `step ${step ?? newest}` }}
            onChange={(value) => void moveTo(nearest(value))}
          />
          <ActionIcon
            variant="default"
            size={28}
            aria-label="Next kept step"
            disabled={at < 0 || at >= keptSteps.length - 1}
            onClick={() => go(at + 1)}
          >
            <IconChevronRight size={16} aria-hidden />
          </ActionIcon>
          <output className="step-value" data-testid="rollout-step" data-changing>
            {step === undefined ? 'all steps' : `step ${step}`}
          </output>
        </div>
        {training && step !== undefined && (
          <Button
            size="compact-xs"
            variant={following ? 'light' : 'default'}
            aria-pressed={following}
            onClick={() => void (following ? moveTo(step) : follow())}
          >
            Follow newest
          </Button>
        )}
      </div>
      <p className="hint" data-changing>
        {keptText(opened)}
      </p>
    </section>
  );
}

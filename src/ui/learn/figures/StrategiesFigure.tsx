import { SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import { percent } from '../../format.ts';
import { tinyMetrics, tinyRun, type TinyState } from '../tiny-policy.ts';
import { KLEAR_BAND } from '../weights.ts';
import { LessonFigure } from './LessonFigure.tsx';
import { LessonSlider } from './LessonSlider.tsx';
import { RatioPanel } from './RatioPanel.tsx';
import { TinyTable } from './TinyTable.tsx';

const MOST = 12;
const BAND = { low: 1 - KLEAR_BAND.eps_low, high: 1 + KLEAR_BAND.eps_high };

const OTHERS = [
  { value: 'ppo', label: 'PPO' },
  { value: 'importance', label: 'no clipping' },
] as const;
type Other = (typeof OTHERS)[number]['value'];

/** The same rollout, used twelve times by GPPO and by another strategy. */
export function StrategiesFigure() {
  const [update, setUpdate] = useState(6);
  const [rate, setRate] = useState(0.5);
  const [other, setOther] = useState<Other>('ppo');
  const runs = useMemo(
    () =>
      [...OTHERS.filter(({ value }) => value === other), { value: 'gppo', label: 'GPPO' } as const].map(
        ({ value, label }) => ({ title: label, states: tinyRun({ name: value, ...KLEAR_BAND }, rate, MOST) }),
      ),
    [rate, other],
  );
  return (
    <LessonFigure
      name="strategies"
      controls={
        <>
          <div className="lesson-choice">
            <span id="strategies-other">Compare with</span>
            <SegmentedControl
              size="xs"
              aria-labelledby="strategies-other"
              value={other}
              data={[...OTHERS]}
              onChange={setOther}
            />
          </div>
          <LessonSlider
            label="Updates"
            value={update}
            min={0}
            max={MOST}
            step={1}
            text={String(update)}
            onChange={setUpdate}
          />
          <LessonSlider label="Learning rate" value={rate} min={0.05} max={1} step={0.05} onChange={setRate} />
        </>
      }
      caption={
        'The same policy and group as in lesson 2. PPO’s gradient is 0 once every answer has left the clip range ' +
        'on the side it is pushed to; GPPO continues with a bounded gradient. Here that only helps: there is one ' +
        'prompt, and its group is representative. A language model shares its weights among all prompts; lesson 8 ' +
        'shows a case where it does harm.'
      }
    >
      <div className="two-panels">
        {runs.map(({ title, states }) => {
          const state = states[update] ?? (states[0] as TinyState);
          const { entropy, reward } = tinyMetrics(state);
          return (
            <div key={title}>
              <RatioPanel title={title} states={states} band={BAND} update={update} />
              <p className="panel-sum">
                correct answer <b>{percent(reward, 0)}</b> · entropy <b>{entropy.toFixed(2)} nats</b>
              </p>
            </div>
          );
        })}
      </div>
      <details className="lesson-details">
        <summary>GPPO: values after {update} updates</summary>
        <TinyTable state={runs[1]?.states[update] ?? (runs[1]?.states[0] as TinyState)} weights />
      </details>
    </LessonFigure>
  );
}

import { useMemo, useState } from 'react';
import { TINY_PROMPT, tinyRun, type TinyState } from '../tiny-policy.ts';
import { KLEAR_BAND } from '../weights.ts';
import { LessonFigure } from './LessonFigure.tsx';
import { LessonSlider } from './LessonSlider.tsx';
import { RatioPanel } from './RatioPanel.tsx';
import { TinyTable } from './TinyTable.tsx';

const MOST = 12;
const BAND = { low: 1 - KLEAR_BAND.eps_low, high: 1 + KLEAR_BAND.eps_high };

/** Ratios over the updates of one rollout, with nothing clipped. */
export function RatioFigure() {
  const [update, setUpdate] = useState(0);
  const [rate, setRate] = useState(0.3);
  const states = useMemo(() => tinyRun({ name: 'importance', ...KLEAR_BAND }, rate, MOST), [rate]);
  return (
    <LessonFigure
      name="ratio"
      controls={
        <>
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
        <>
          A policy with four possible answers to <code>{TINY_PROMPT}</code>, trained on one group of eight responses and
          computed here as you move the sliders. The clip range, 0.8 to 1.28, is shaded. At 0 updates, when the first
          gradient is computed, every r is exactly 1.
        </>
      }
    >
      <RatioPanel title="no clipping" states={states} band={BAND} update={update} />
      <TinyTable state={states[update] ?? (states[0] as TinyState)} />
    </LessonFigure>
  );
}

import { useState } from 'react';
import { KLEAR_BAND } from '../weights.ts';
import { LessonSlider } from './LessonSlider.tsx';
import { WeightFigure } from './WeightFigure.tsx';

/** GPPO's weight next to PPO's; band and strengths can be moved. */
export function GppoFigure() {
  const [strategy, setStrategy] = useState({ ...KLEAR_BAND, beta1: 1, beta2: 1 });
  const set = (change: Partial<typeof strategy>) => setStrategy({ ...strategy, ...change });
  return (
    <WeightFigure
      name="gppo"
      ratio={2}
      strategies={[
        { title: 'GPPO', strategy: { name: 'gppo', ...strategy } },
        { title: 'PPO', strategy: { name: 'ppo', ...strategy } },
      ]}
      controls={
        <>
          <LessonSlider
            label="ε low"
            value={strategy.eps_low}
            min={0}
            max={0.7}
            step={0.01}
            onChange={(eps_low) => set({ eps_low })}
          />
          <LessonSlider
            label="ε high"
            value={strategy.eps_high}
            min={0}
            max={1.5}
            step={0.01}
            onChange={(eps_high) => set({ eps_high })}
          />
          <LessonSlider
            label="β₁, below the range"
            value={strategy.beta1}
            min={0}
            max={2}
            step={0.05}
            onChange={(beta1) => set({ beta1 })}
          />
          <LessonSlider
            label="β₂, above the range"
            value={strategy.beta2}
            min={0}
            max={2}
            step={0.05}
            onChange={(beta2) => set({ beta2 })}
          />
        </>
      }
      caption={
        'With β = 1 a clipped token keeps the weight it has at the bound. With β = 0 the weight is PPO’s. GPPO ' +
        'changes only the parts of the curves outside the clip range. Point at a chart to read the weights at ' +
        'another ratio.'
      }
    />
  );
}

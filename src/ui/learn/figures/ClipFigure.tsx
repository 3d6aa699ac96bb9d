import { useState } from 'react';
import { KLEAR_BAND } from '../weights.ts';
import { LessonSlider } from './LessonSlider.tsx';
import { WeightFigure } from './WeightFigure.tsx';

/** PPO's weight next to the unclipped one; the band and a token can be moved. */
export function ClipFigure() {
  const [band, setBand] = useState(KLEAR_BAND);
  const [ratio, setRatio] = useState(1.5);
  return (
    <WeightFigure
      name="clip"
      ratio={ratio}
      strategies={[
        { title: 'PPO', strategy: { name: 'ppo', ...band } },
        { title: 'no clipping', strategy: { name: 'importance', ...band } },
      ]}
      controls={
        <>
          <LessonSlider label="A token’s ratio r" value={ratio} min={0.25} max={4} step={0.05} onChange={setRatio} />
          <LessonSlider
            label="ε low"
            value={band.eps_low}
            min={0}
            max={0.7}
            step={0.01}
            onChange={(eps_low) => setBand({ ...band, eps_low })}
          />
          <LessonSlider
            label="ε high"
            value={band.eps_high}
            min={0}
            max={1.5}
            step={0.01}
            onChange={(eps_high) => setBand({ ...band, eps_high })}
          />
        </>
      }
      caption={
        'Gradient weight w as a function of the ratio r. The dot is the token: move it out of the clip range to ' +
        'see on which side, for each sign of A, PPO’s weight drops to 0.'
      }
    />
  );
}

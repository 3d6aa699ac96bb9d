import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { percent, signed } from '../../format.ts';
import { logProbGradient, TINY_ANSWERS } from '../tiny-policy.ts';
import { LessonFigure } from './LessonFigure.tsx';
import { LessonSlider } from './LessonSlider.tsx';

const PROBABILITIES = TINY_ANSWERS.map(({ probability }) => probability);

/** What one response's gradient does to the logits of all answers. */
export function PushFigure() {
  const [chosen, setChosen] = useState('42');
  const [advantage, setAdvantage] = useState(1.62);
  const at = TINY_ANSWERS.findIndex(({ text }) => text === chosen);
  const push = logProbGradient(PROBABILITIES, at).map((slope) => advantage * slope);
  return (
    <LessonFigure
      name="push"
      controls={
        <>
          <div className="lesson-choice">
            <span id="push-answer">Sampled answer</span>
            <SegmentedControl
              size="xs"
              aria-labelledby="push-answer"
              value={chosen}
              data={TINY_ANSWERS.map(({ text }) => text)}
              onChange={setChosen}
            />
          </div>
          <LessonSlider
            label="Its advantage A"
            value={advantage}
            min={-2}
            max={2}
            step={0.02}
            text={signed(advantage)}
            onChange={setAdvantage}
          />
        </>
      }
      caption={
        'Left: the probability π of each answer. Right: the gradient on its logit, A(1 − π) for the sampled answer ' +
        'and −Aπ for the others. With A < 0, probability moves from the sampled answer to the answers that are ' +
        'already probable: an incorrect response shows what not to write, but not what to write.'
      }
    >
      <table className="push-table">
        <thead>
          <tr>
            <th scope="col">answer</th>
            <th scope="col">π</th>
            <td />
            <td />
            <th scope="col">logit gradient</th>
          </tr>
        </thead>
        <tbody>
          {TINY_ANSWERS.map(({ text, probability }, j) => (
            <tr key={text} className={j === at ? 'chosen' : ''}>
              <th scope="row">
                <code>{text}</code>
              </th>
              <td>{percent(probability, 0)}</td>
              <td className="push-probability">
                <i style={{ width: `${100 * probability}%` }} />
              </td>
              <td className="push-arrow">
                <i
                  className={(push[j] ?? 0) < 0 ? 'down' : 'up'}
                  style={{ width: `${27 * Math.abs(push[j] ?? 0)}%` }}
                />
              </td>
              <td data-testid={`push-${text}`}>{signed(push[j] ?? 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </LessonFigure>
  );
}

import { useState } from 'react';
import { signed } from '../../format.ts';
import { advantagesOf, TINY_ANSWERS, TINY_PROMPT } from '../tiny-policy.ts';
import { LessonFigure } from './LessonFigure.tsx';

const RESPONSES = ['42', '32', '32', '41', '32', '42', '52', '32'];
const REWARDS = RESPONSES.map((text) => TINY_ANSWERS.find((answer) => answer.text === text)?.reward ?? 0);
/** Height of a bar for A = 1, in pixels; the largest A of a group of eight is 2.47. */
const UNIT = 18;

/** A group whose rewards can be changed, and the advantages that they give. */
export function GroupFigure() {
  const [rewards, setRewards] = useState(REWARDS);
  const advantages = advantagesOf(rewards);
  const mean = rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
  const flat = advantages.every((advantage) => advantage === 0);
  return (
    <LessonFigure
      name="group"
      caption={
        <>
          Eight responses to <code>{TINY_PROMPT}</code>. Click one to change its reward. Mean {mean.toFixed(2)}.{' '}
          {flat ? (
            <b>All rewards are equal: every A is 0, and this group gives no gradient.</b>
          ) : (
            'The rarer a correct response is, the larger its A.'
          )}
        </>
      }
    >
      <ol className="group-row">
        {RESPONSES.map((text, i) => {
          const [reward = 0, advantage = 0] = [rewards[i], advantages[i]];
          return (
            <li key={i}>
              <div className="group-bar" aria-hidden>
                <i className={advantage < 0 ? 'down' : 'up'} style={{ height: Math.abs(advantage) * UNIT }} />
              </div>
              <button
                type="button"
                className={reward ? 'right' : ''}
                aria-pressed={reward === 1}
                aria-label={`Response ${i + 1}, ${text}: reward ${reward}, A ${signed(advantage)}`}
                onClick={() => setRewards(rewards.map((one, j) => (j === i ? 1 - one : one)))}
              >
                <code>{text}</code>
                <small>{reward ? 'reward 1' : 'reward 0'}</small>
              </button>
              <span className="group-advantage">{advantage === 0 ? '0' : signed(advantage)}</span>
            </li>
          );
        })}
      </ol>
    </LessonFigure>
  );
}

import { memo, type KeyboardEvent } from 'react';
import type { RolloutView, TokenView } from '../../run/step-record.ts';
import { compact, signed } from '../format.ts';
import { CorrectMark } from '../rewards/CorrectMark.tsx';
import { ZONE_INFO } from '../zones.ts';
import { tokenStyle, type Coloring } from './token-colors.ts';

interface RolloutProps {
  rollout: RolloutView;
  /** Its index in the list, by which the inspector finds its tokens. */
  index: number;
  coloring: Coloring;
  /** False where nobody says what is correct. */
  graded?: boolean;
}

/** One response: its reward and advantage, and its tokens. */
export const Rollout = memo(function Rollout({ rollout, index, coloring, graded = true }: RolloutProps) {
  const right = rollout.correct;
  return (
    <article className="rollout" data-testid="rollout">
      <div className="rollout-head">
        {Number.isFinite(rollout.reward) && (
          <span>
            reward <b className={right ? 'right' : ''}>{compact(rollout.reward)}</b>
          </span>
        )}
        {graded && <CorrectMark correct={right} />}
        <span>
          advantage <b>{signed(rollout.advantage)}</b>
        </span>
      </div>
      {rollout.rewards && <Parts rewards={rollout.rewards} />}
      <div
        className="rollout-text"
        role="group"
        aria-label={`Response to ${rollout.prompt}${rollout.unused ? '' : '; arrow keys move between tokens'}`}
        onKeyDown={moveFocus}
      >
        <span className="prompt">{rollout.prompt}</span>
        {rollout.unused?.map((text, i) => (
          <span key={i}>{text}</span>
        ))}
        {rollout.tokens.map((token, i) => (
          <button
            key={i}
            type="button"
            className="token"
            tabIndex={i === 0 ? 0 : -1}
            data-testid="token"
            data-zone={token.zone}
            data-rollout={index}
            data-token={i}
            style={tokenStyle(token, coloring)}
            aria-label={spoken(token)}
          >
            {token.text}
          </button>
        ))}
      </div>
      {!right && rollout.answer !== '' && (
        // With rewards of one's own, another answer may be correct as well.
        <div className="rollout-answer">
          {rollout.rewards ? 'reference' : 'correct'} answer: {rollout.answer}
        </div>
      )}
    </article>
  );
});

/** Score of each reward, before its weight. */
function Parts({ rewards }: { rewards: Readonly<Record<string, number>> }) {
  return (
    <div className="rollout-parts" data-testid="rollout-rewards">
      {Object.entries(rewards).map(([key, score]) => (
        <span key={key}>
          {key} <b>{compact(score)}</b>
        </span>
      ))}
    </div>
  );
}

/** All values of the detail, for screen readers. */
function spoken({ text, ratio, oldProbability, probability, zone, weight, ppoWeight, entropy }: TokenView): string {
  return (
    `${text}, ratio ${compact(ratio)}, probability ${compact(oldProbability)} to ${compact(probability)}, ` +
    `${ZONE_INFO[zone].title}, weight ${compact(weight)}, PPO ${compact(ppoWeight)}, entropy ${compact(entropy)} ` +
    'nats'
  );
}

/** The tokens of a response are one tab stop; arrow keys move between them. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return;
  const tokens = [...event.currentTarget.querySelectorAll<HTMLElement>('.token')];
  const at = tokens.findIndex((token) => token === document.activeElement);
  const next = tokens[at + (event.key === 'ArrowRight' ? 1 : -1)];
  if (at < 0 || !next) return;
  event.preventDefault();
  next.focus();
}

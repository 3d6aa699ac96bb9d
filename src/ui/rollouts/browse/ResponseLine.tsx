import { memo } from 'react';
import { useRollouts } from '../../../store/rollouts-store.ts';
import type { ResponseRow } from '../../../views/rollouts.ts';
import { compact, percent, signed } from '../../format.ts';

interface ResponseLineProps {
  row: ResponseRow;
  /** It is below the heading of its group, which shows the prompt. */
  grouped: boolean;
  /** Several steps are shown. */
  steps: boolean;
  /** It is read beside the list. */
  chosen: boolean;
}

/** A response in one line; pressing it opens its tokens. */
export const ResponseLine = memo(function ResponseLine({ row, grouped, steps, chosen }: ResponseLineProps) {
  const { correct, reward, advantage, length, measured, finished } = row;
  return (
    <div className="rollout-row" data-testid="rollout-row" data-correct={correct} data-chosen={chosen || undefined}>
      <span role="cell" className="column-response">
        <button
          type="button"
          className="response-line"
          aria-pressed={chosen}
          aria-label={`${correct ? 'correct' : 'incorrect'}: ${row.prompt}${row.text}`}
          onClick={() => void useRollouts.getState().read(row.id)}
        >
          <span className={correct ? 'correct-mark yes' : 'correct-mark no'} aria-hidden>
            {correct ? '✓' : '✗'}
          </span>
          {steps && !grouped && <span className="aside">step {row.step}</span>}
          {!grouped && <span className="aside response-prompt">{row.prompt}</span>}
          <Marked row={row} />
          {!finished && <span className="aside">(cut off)</span>}
        </button>
      </span>
      <span role="cell" className="column-reward">
        {compact(reward)}
      </span>
      <span role="cell" className="column-advantage">
        {signed(advantage)}
      </span>
      <span role="cell" className="column-tokens">
        {length}
      </span>
      <span role="cell" className="column-kl">
        {measured ? compact(measured.kl) : '–'}
      </span>
      <span role="cell" className="column-clipped">
        {measured ? percent(measured.low + measured.high) : '–'}
      </span>
    </div>
  );
});

/** The text, with the match of the search marked. */
function Marked({ row: { text, match } }: { row: ResponseRow }) {
  if (!match) return <span className="response-text">{text}</span>;
  const [from, to] = match;
  return (
    <span className="response-text">
      {text.slice(0, from)}
      <mark>{text.slice(from, to)}</mark>
      {text.slice(to)}
    </span>
  );
}

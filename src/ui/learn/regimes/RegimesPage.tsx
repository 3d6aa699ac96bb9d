import { useState } from 'react';
import { citation, furtherSentence, gainText, planeSentence } from '../../../regimes/text.ts';
import { learnAddress } from '../../../store/learn-store.ts';
import { LEARN_PAGES } from '../lesson-list.ts';
import { Term } from '../Term.tsx';
import { CellPanel } from './CellPanel.tsx';
import { CiteText } from './CiteText.tsx';
import { PLACES, REGIMES } from './regime-data.ts';
import { RegimeMap } from './RegimeMap.tsx';
import { ScaleFigure } from './ScaleFigure.tsx';
import './regimes.css';

/** The study of docs/regimes: a map of the gain over settings, its curves over the two scales, and what to cite. */
export function RegimesPage() {
  const [chosen, choose] = useState(0);
  const place = PLACES[chosen];
  const { beta1, beta2, plane, 'best-rates': best } = REGIMES;
  const upper = best?.arms[1]?.differences?.sampled.interval;
  return (
    <article className="lesson regimes" data-testid="regimes" aria-labelledby="lesson-title">
      <h2 id="lesson-title" tabIndex={-1}>
        {LEARN_PAGES.regimes}
      </h2>
      <p className="lesson-idea">
        What the gradient preserved above the clip range is worth, over how far the policy moves between rollouts, how
        rare correct responses are, and other tasks, rewards and sizes.
      </p>
      <p>
        Two strategies are compared in every setting: Clip-Higher, and GPPO on the upper side only, which differs from
        it in one thing: a token with <Term id="advantage">A</Term> &gt; 0 above the range keeps a bounded gradient.
        Both have the same clip range, prompts and seeds. Questions, predictions and seeds were fixed before the runs
        that answer them.
      </p>
      {place && (
        <section className="lesson-figure regime-figure" aria-label="Map of settings">
          <RegimeMap chosen={chosen} choose={choose} />
          <CellPanel key={chosen} place={place} />
        </section>
      )}
      {plane && (
        <p>
          {planeSentence(plane)} Learning rates are the same here.
          {best && upper && (
            <>
              {' '}
              From the sparse start with 16 updates per rollout, each strategy at its own best learning rate, the
              difference is {gainText(upper)} points over {best.seeds.length} seeds:{' '}
              <a href={learnAddress('evidence')}>lesson 8</a>.
            </>
          )}
        </p>
      )}
      <p>{furtherSentence(REGIMES)}</p>
      <h3>Which side matters</h3>
      <p>
        GPPO scales the gradient preserved below the range by β₁ and that above it by β₂. Each of the two is varied from
        0 to 1 from the sparse start with 16 updates per rollout.
      </p>
      <div className="regime-scales">
        {beta1 && <ScaleFigure name="β₁" side="below the range, A < 0" study={beta1} />}
        {beta2 && <ScaleFigure name="β₂" side="above the range, A > 0" study={beta2} />}
      </div>
      <h3>To cite</h3>
      <CiteText text={citation(REGIMES)} />
    </article>
  );
}

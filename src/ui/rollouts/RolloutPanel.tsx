import './rollouts.css';
import { useState } from 'react';
import { useRun } from '../../store/run-store.ts';
import { usePage } from '../../store/page-store.ts';
import { OnDemand } from '../OnDemand.tsx';
import { ColorBy } from '../inputs/ColorBy.tsx';
import { Term } from '../learn/Term.tsx';
import { NoAdvantage } from './NoAdvantage.tsx';
import { RatioHistogram } from './RatioHistogram.tsx';
import { ROLLOUT_LIST, RUN_ACTIONS } from './rollout-parts.ts';
import { ShownRun } from './ShownRun.tsx';
import { COLORING_HELP, COLORINGS, type Coloring } from './token-colors.ts';

/** The right column: the newest responses as tokens, and the histogram of ratios. */
export function RolloutPanel() {
  const started = useRun((run) => run.frame !== undefined);
  const rollouts = useRun((run) => run.frame?.rollouts);
  const step = useRun((run) => run.frame?.rolloutStep);
  const tokenStep = useRun((run) => run.frame?.tokenStep);
  const noAdvantage = useRun((run) => run.frame?.noAdvantage);
  const [coloring, setColoring] = useState<Coloring>('zone');
  const any = rollouts !== undefined && rollouts.length > 0;
  return (
    <>
      <div>
        <section className="section">
          <h2 className="section-title">
            <Term id="ratio" lesson>
              Ratio
            </Term>{' '}
            per token{tokenStep ? `, step ${tokenStep}` : ''}
          </h2>
          <ShownRun />
          <RatioHistogram />
        </section>
        {started && <OnDemand part={RUN_ACTIONS} props={{}} />}
      </div>
      <section className="section">
        <h2 className="section-title">{any ? `Rollouts of step ${step}` : 'Rollouts'}</h2>
        {any && <BrowseLink />}
        <ColorBy value={coloring} choices={COLORINGS} onChange={setColoring} />
        <p className="hint" style={{ marginBottom: 8 }}>
          {any
            ? noAdvantage && rollouts.every(({ unused }) => unused)
              ? 'One response per group. They have no ratios, because no update used them.'
              : `${COLORING_HELP[coloring]} Problems with the most tokens outside the clip range come first.`
            : 'During a run, the best and the worst response to each problem appear here. Point at a token for its ' +
              'ratio, gradient weight and zone.'}
        </p>
        <p className="hint terms">
          <Term id="advantage" lesson>
            advantage A
          </Term>{' '}
          ·{' '}
          <Term id="ratio" lesson>
            ratio r
          </Term>{' '}
          ·{' '}
          <Term id="gradient-weight" lesson>
            gradient weight w
          </Term>{' '}
          ·{' '}
          <Term id="zone" lesson>
            zone
          </Term>{' '}
          ·{' '}
          <Term id="entropy" lesson>
            entropy
          </Term>
        </p>
        {any && noAdvantage && <NoAdvantage step={step ?? 0} />}
        {any && <OnDemand part={ROLLOUT_LIST} props={{ rollouts, coloring }} />}
      </section>
    </>
  );
}

/** Here are a few responses of the newest step; all kept ones have a page. */
function BrowseLink() {
  const kept = useRun((run) => (run.frame?.kept?.steps ?? 0) > 0);
  const go = usePage((page) => page.go);
  if (!kept) return null;
  return (
    <button type="button" className="browse-rollouts" onClick={() => go('rollouts')}>
      Browse all kept rollouts
    </button>
  );
}

import { LEARN_PAGES } from '../lesson-list.ts';
import { CLAIM_CARDS } from './claim-data.ts';
import { ClaimCard } from './ClaimCard.tsx';
import { CLAIM_MEASURES } from '../../../claims/measures.ts';
import { measureNumber } from '../../../claims/text.ts';
import './claims.css';

const SMALLEST = (['sampled', 'entropy', 'unsteadiness'] as const)
  .map((measure) => {
    const { smallest, differenceUnit, title } = CLAIM_MEASURES[measure];
    return `${measureNumber(measure, smallest)} ${differenceUnit} of ${measure === 'sampled' ? 'accuracy' : title}`;
  })
  .join(', ');

/** The papers' claims beside what small sweeps show of them, each with its verdict. */
export function ClaimsPage() {
  const verdicts = CLAIM_CARDS.map(({ result }) => result.outcome?.verdict ?? ('not yet run' as const));
  const counts = (['reproduced', 'not reproduced', 'unclear at this scale', 'not yet run'] as const)
    .map((verdict) => ({ verdict, count: verdicts.filter((one) => one === verdict).length }))
    .filter(({ count }) => count > 0);
  return (
    <article className="lesson claims" data-testid="claims" aria-labelledby="lesson-title">
      <h2 id="lesson-title" tabIndex={-1}>
        {LEARN_PAGES.claims}
      </h2>
      <p className="lesson-idea">
        What two papers claim, and what a sweep of a 0.1M-parameter model shows of each claim.
      </p>
      <p>
        A verdict says something about this size alone: the papers train models of 1.5B to 8B parameters. How each
        verdict is reached was fixed before the runs: which arms are compared, by which measure, with which fresh seeds.
        Every trial made before is counted.
      </p>
      <details className="claim-protocol">
        <summary>How a verdict is reached</summary>
        <p>
          Each claim names the comparisons that decide, and the direction that it predicts. Differences are paired by
          seed; their intervals are corrected for the number of comparisons (Holm). A comparison is <b>reproduced</b> if
          its interval excludes 0 in the claim’s direction, <b>not reproduced</b> if it excludes 0 in the opposite
          direction or lies within the smallest effect of interest ({SMALLEST}), and otherwise{' '}
          <b>unclear at this scale</b>. A claim is reproduced if all of its deciding comparisons are, and not reproduced
          if one of them is not.
        </p>
      </details>
      <ul className="claim-counts" aria-label="Verdicts">
        {counts.map(({ verdict, count }) => (
          <li key={verdict}>
            <b>{count}</b> {verdict}
          </li>
        ))}
      </ul>
      {CLAIM_CARDS.map((card) => (
        <ClaimCard key={card.claim.number} {...card} />
      ))}
    </article>
  );
}

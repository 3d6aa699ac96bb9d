import { LEARN_PAGES } from '../lesson-list.ts';
import { CLAIM_CARDS } from './claim-data.ts';
import { ClaimCard } from './ClaimCard.tsx';
import './claims.css';

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

import { comparisonText, predictionText, signedNumber, trialsText } from '../../../claims/text.ts';
import { CLAIM_MEASURES } from '../../../claims/measures.ts';
import type { ClaimCard } from './claim-data.ts';
import { WithCode } from './WithCode.tsx';

/** Trials made before the confirmation, and what a rerun with fresh seeds showed. */
export function ClaimEvidence({ result }: ClaimCard) {
  const { trials, rerun, outcome } = result;
  return (
    <details className="lesson-details">
      <summary>
        Trials before: {trialsText(result)}
        {outcome && '; predictions for fresh seeds'}
      </summary>
      {trials.length > 0 && (
        <ul>
          {trials.map(({ date, runs, seeds, tried, showed }) => (
            <li key={tried}>
              {date}, {runs} {runs === 1 ? 'run' : 'runs'}
              {seeds.length > 0 && `, seeds ${seeds.join(', ')}`}: <WithCode text={`${tried} ${showed}`} />
            </li>
          ))}
        </ul>
      )}
      {outcome && (
        <>
          <p>The mean difference over two fresh seeds is predicted, with 95 % probability, to be:</p>
          <ul>
            {[...outcome.decides, ...outcome.further].map((one) => (
              <li key={`${one.arm} ${one.against} ${one.measure}`}>
                {comparisonText(one)}: {predictionText(one)} {CLAIM_MEASURES[one.measure].differenceUnit}
                {rerun?.comparisons
                  .filter(
                    ({ arm, against, measure }) =>
                      arm === one.arm && against === one.against && measure === one.measure,
                  )
                  .map(({ mean, inside }) => (
                    <span key="rerun">
                      ; rerun with seeds {rerun.seeds.join(', ')}: {signedNumber(one.measure, mean)},{' '}
                      {inside ? 'inside' : 'outside'}
                    </span>
                  ))}
              </li>
            ))}
          </ul>
        </>
      )}
    </details>
  );
}

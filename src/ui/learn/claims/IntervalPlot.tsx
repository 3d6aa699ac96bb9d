import { CLAIM_MEASURES } from '../../../claims/measures.ts';
import type { ClaimOutcome, ComparisonOutcome } from '../../../claims/outcome.ts';
import { comparisonText, detectableText, differenceText, effectText, pText } from '../../../claims/text.ts';

const [WIDTH, HEIGHT, EDGE] = [300, 26, 8];
const middle = WIDTH / 2;

/** The comparisons with their intervals, so that the right is what the claim predicts. */
export function IntervalPlot({ outcome }: { outcome: ClaimOutcome }) {
  const all = [...outcome.decides, ...outcome.further];
  return (
    <figure className="claim-plot">
      <div className="claim-row head" aria-hidden>
        <span />
        <span className="claim-axis">
          <span>← opposite</span>
          <span>0</span>
          <span>as claimed →</span>
        </span>
        <span />
      </div>
      <ul>
        {all.map((one, i) => (
          <li className="claim-row" key={`${one.arm} ${one.against} ${one.measure}`}>
            <span>
              {i < outcome.decides.length ? <b>{comparisonText(one)}</b> : comparisonText(one)}
              <small>
                predicted {one.direction}: {one.verdict}
              </small>
            </span>
            <Marks one={one} reach={reachOf(all, one)} />
            <span className="claim-difference">
              {differenceText(one)}
              <small>
                {[
                  one.effect !== null && `effect size ${effectText(one.effect)}`,
                  one.p !== null && `p ${pText(one.p)}`,
                  one.detectable !== null && `detectable ${detectableText(one)}`,
                ]
                  .filter(Boolean)
                  .join(', ')}
              </small>
            </span>
          </li>
        ))}
      </ul>
      <figcaption>
        Mean difference with its interval; each ring is one seed. Differences in the grey area count as equal.
        Comparisons in bold decide. Seeds {outcome.seeds.join(', ')}.
      </figcaption>
    </figure>
  );
}

/** Largest distance from 0 that comparisons in the same unit show, which share an axis. */
function reachOf(all: readonly ComparisonOutcome[], { measure }: ComparisonOutcome): number {
  const { smallest, differenceUnit } = CLAIM_MEASURES[measure];
  const alike = all.filter((one) => CLAIM_MEASURES[one.measure].differenceUnit === differenceUnit);
  const ends = alike.flatMap(({ differences, interval: { low, high } }) => [...differences, low, high]);
  return Math.max(1.5 * smallest, ...ends.filter(Number.isFinite).map(Math.abs));
}

function Marks({ one, reach }: { one: ComparisonOutcome; reach: number }) {
  const { interval, differences, direction, measure } = one;
  const sign = direction === 'higher' ? 1 : -1;
  const x = (value: number) => middle + ((sign * value) / reach) * (middle - EDGE);
  const band = (CLAIM_MEASURES[measure].smallest / reach) * (middle - EDGE);
  const y = HEIGHT / 2;
  return (
    <svg width="100%" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={differenceText(one)}>
      <rect x={middle - band} y={2} width={2 * band} height={HEIGHT - 4} className="claim-band" />
      <line x1={middle} x2={middle} y1={0} y2={HEIGHT} stroke="var(--dim)" />
      <line x1={x(interval.low)} x2={x(interval.high)} y1={y} y2={y} stroke="var(--series-1)" strokeWidth={2.4} />
      {differences.map((value, i) => (
        <circle key={`${i} ${value}`} cx={x(value)} cy={y} r={2.6} fill="none" stroke="var(--dim)" />
      ))}
      <circle cx={x(interval.mean)} cy={y} r={4.4} fill="var(--series-1)" />
    </svg>
  );
}

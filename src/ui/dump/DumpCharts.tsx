import { useMemo, useState } from 'react';
import { useDump } from '../../store/dump-store.ts';
import { ZONES } from '../../run/step-record.ts';
import { plainBand, resolveStrategy } from '../../run/strategies/strategy-config.ts';
import { distinctLabels } from '../../run/strategies/distinct-labels.ts';
import type { TokenScatter } from '../../views/run-view.ts';
import { CURVE_RANGE, CurveChart, type TokenDot } from '../objective/CurveChart.tsx';
import { TokenDensity } from '../objective/DensityCard.tsx';
import { useCurves, type CurveRequest } from '../objective/use-curves.ts';
import '../objective/objective.css';
import { seriesColor } from '../palette.ts';
import { Bars } from '../rollouts/RatioHistogram.tsx';
import { ZoneLegend } from '../ZoneLegend.tsx';

const POINTS = 161;
const LOG_RATIOS = Array.from({ length: POINTS }, (_, i) => (2 * (i / (POINTS - 1)) - 1) * CURVE_RANGE);
/** Probability when sampled at which the curves are drawn: that of most tokens of a text. */
const OLD_LOGPROB = Math.log(0.5);

/** The step's tokens by ratio: on the strategies' curves, as a histogram, and as a density. */
export function DumpCharts() {
  const comparison = useDump((dump) => dump.comparison);
  const [pointed, setPointed] = useState<number>();
  const configs = useMemo(() => comparison?.strategies.map(({ config }) => config) ?? [], [comparison]);
  const requests = useMemo((): CurveRequest[] => {
    const along = (advantage: number) =>
      LOG_RATIOS.map((logRatio) => ({ logRatio, advantage, oldLogprob: OLD_LOGPROB }));
    return configs.map((strategy) => ({ strategy, points: [...along(1), ...along(-1)] }));
  }, [configs]);
  const curves = useCurves(requests, requests.length > 0);
  if (!comparison) return null;
  const { distributions, scatter, step } = comparison;
  const first = configs[0];
  const band = first && plainBand(resolveStrategy(first));
  const names = distinctLabels(curves.requests.map(({ strategy }) => strategy));
  return (
    <div className="cards">
      {([1, -1] as const).map((sign) => (
        <section key={sign} className="card" aria-label={sign > 0 ? 'Positive advantage' : 'Negative advantage'}>
          <h3 className="card-title">
            {sign > 0 ? 'Positive advantage, A > 0' : 'Negative advantage, A < 0'}{' '}
            <small>
              {scatter.logRatio.length} tokens of step {step}
            </small>
          </h3>
          <CurveChart
            title={`gradient weight w, ${sign > 0 ? 'A > 0' : 'A < 0'}`}
            lines={curves.requests.map((_, i) => ({
              name: names[i] ?? '',
              color: seriesColor(i),
              logRatios: LOG_RATIOS,
              answers: curves.curves[i]?.answers.slice(sign > 0 ? 0 : POINTS, sign > 0 ? POINTS : 2 * POINTS) ?? [],
            }))}
            height={(answer) => answer.weight}
            range={[0, 3]}
            handles={[]}
            dots={dotsOf(scatter, sign)}
            band={band}
            pointed={pointed}
            onPoint={setPointed}
          />
        </section>
      ))}
      <section className="card" aria-label="Histogram of the log-ratio" data-testid="dump-histogram">
        <h3 className="card-title">Tokens by log-ratio</h3>
        <Bars
          positive={distributions.positive}
          negative={distributions.negative}
          low={band && Math.log(Math.max(1e-9, band.low))}
          high={band && Math.log(band.high)}
        />
        <ZoneLegend zones={['positive-high', 'negative-low', 'positive-low', 'negative-high', 'inside']} />
      </section>
      <TokenDensity density={distributions.density} step={step} />
    </div>
  );
}

function dotsOf({ logRatio, advantage, weight, zone }: TokenScatter, sign: 1 | -1): TokenDot[] {
  return Array.from(logRatio, (log, i) => ({
    logRatio: log,
    height: weight[i] ?? 0,
    zone: ZONES[zone[i] ?? 0] ?? 'inside',
  })).filter((_, i) => Math.sign(advantage[i] ?? 0) === sign);
}

import { memo } from 'react';
import { HISTOGRAM_BINS, HISTOGRAM_RANGE } from '../../run/step-record.ts';
import { plainBand, resolveStrategy } from '../../run/strategies/strategy-config.ts';
import { useRun } from '../../store/run-store.ts';
import type { ExportFormat } from '../charts/export-formats.ts';
import { EXPORT_MENU } from '../charts/plot-parts.ts';
import { useRunLabel } from '../charts/use-run-label.ts';
import { compact } from '../format.ts';
import { Term } from '../learn/Term.tsx';
import { OnDemand } from '../OnDemand.tsx';
import { ZoneLegend } from '../ZoneLegend.tsx';

const TITLE = 'Tokens by ratio';
const WIDTH = 338;
const HALF = 62;

/** Tokens by log-ratio, those with A>0 upwards and those with A<0 downwards; counts on a square-root scale. */
export function RatioHistogram() {
  const distributions = useRun((run) => run.frame?.distributions);
  const strategy = useRun((run) => run.running?.rl?.strategy);
  const step = useRun((run) => run.frame?.tokenStep);
  const { run, subtitle } = useRunLabel();
  if (!distributions || !strategy)
    return (
      <p className="hint">
        Histogram of the log-ratio, log r, of every token in a step’s updates: r is its probability now over its
        probability when sampled. Tokens with positive advantage (A&gt;0) upwards, negative (A&lt;0) downwards.
      </p>
    );
  const band = plainBand(resolveStrategy(strategy));
  const save = async (format: ExportFormat) => {
    const { exportHistogram } = await import('../charts/distribution-export.ts');
    await exportHistogram({ title: TITLE, subtitle: `${subtitle}, step ${step ?? ''}`, run }, distributions, format);
  };
  return (
    <>
      <div className="histogram-tools">
        <OnDemand part={EXPORT_MENU} props={{ title: TITLE, onExport: (format) => void save(format) }} />
      </div>
      <p className="hint">
        Upwards: tokens with{' '}
        <Term id="advantage" lesson>
          advantage A
        </Term>{' '}
        &gt;&nbsp;0; downwards: A&nbsp;&lt;&nbsp;0. Shaded: the{' '}
        <Term id="clip-range" lesson>
          clip range
        </Term>
        .
      </p>
      <Bars
        positive={distributions.positive}
        negative={distributions.negative}
        low={band ? Math.log(Math.max(1e-9, band.low)) : undefined}
        high={band ? Math.log(band.high) : undefined}
      />
      <ZoneLegend zones={['positive-high', 'negative-low', 'positive-low', 'negative-high', 'inside']} />
    </>
  );
}

export const Bars = memo(function Bars({
  positive,
  negative,
  low,
  high,
}: {
  positive: number[];
  negative: number[];
  low: number | undefined;
  high: number | undefined;
}) {
  const most = Math.max(1, ...positive, ...negative);
  const height = (count: number) => Math.sqrt(count / most) * (HALF - 4);
  const bar = WIDTH / HISTOGRAM_BINS;
  const logOf = (bin: number) => ((bin + 0.5) / HISTOGRAM_BINS - 0.5) * 2 * HISTOGRAM_RANGE;
  const x = (logRatio: number) =>
    ((Math.min(HISTOGRAM_RANGE, Math.max(-HISTOGRAM_RANGE, logRatio)) / HISTOGRAM_RANGE + 1) / 2) * WIDTH;
  const color = (bin: number, up: boolean) => {
    const at = logOf(bin);
    // A strategy without one band for all tokens (GSPO, DCPO, BAPO) is drawn without one.
    if (low === undefined || high === undefined) return 'var(--zone-inside)';
    const zone =
      at > high
        ? up
          ? 'positive-high'
          : 'negative-high'
        : at < low
          ? up
            ? 'positive-low'
            : 'negative-low'
          : 'inside';
    return `var(--zone-${zone})`;
  };
  const total = [...positive, ...negative].reduce((sum, count) => sum + count, 0);
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${2 * HALF + 18}`}
      width="100%"
      role="img"
      aria-label={`Histogram of the log-ratio of ${total} tokens by the sign of their advantage`}
      data-testid="ratio-histogram"
    >
      {low !== undefined && high !== undefined && (
        <rect x={x(low)} width={x(high) - x(low)} y={0} height={2 * HALF} fill="var(--accent)" opacity={0.08} />
      )}
      {positive.map(
        (count, bin) =>
          count > 0 && (
            <rect
              key={`p${bin}`}
              x={bin * bar + 0.5}
              width={bar - 1}
              y={HALF - height(count)}
              height={height(count)}
              fill={color(bin, true)}
            />
          ),
      )}
      {negative.map(
        (count, bin) =>
          count > 0 && (
            <rect
              key={`n${bin}`}
              x={bin * bar + 0.5}
              width={bar - 1}
              y={HALF}
              height={height(count)}
              fill={color(bin, false)}
            />
          ),
      )}
      <line x1={0} x2={WIDTH} y1={HALF} y2={HALF} stroke="var(--line)" />
      <g fontSize={10.5} fill="var(--dim)" textAnchor="middle">
        <text x={4} y={12} textAnchor="start">
          A&gt;0
        </text>
        <text x={4} y={2 * HALF - 4} textAnchor="start">
          A&lt;0
        </text>
        <text x={WIDTH - 4} y={12} textAnchor="end">
          {compact(total)} tokens
        </text>
        <text x={18} y={2 * HALF + 13}>
          ≤ {Math.exp(-HISTOGRAM_RANGE).toFixed(2)}
        </text>
        <text x={WIDTH / 2} y={2 * HALF + 13}>
          r = 1
        </text>
        <text x={WIDTH - 18} y={2 * HALF + 13}>
          ≥ {Math.exp(HISTOGRAM_RANGE).toFixed(1)}
        </text>
      </g>
    </svg>
  );
});

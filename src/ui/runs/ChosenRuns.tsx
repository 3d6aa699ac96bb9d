import { Button } from '@mantine/core';
import { useMemo } from 'react';
import type { ArchivedRun } from '../../archive/archived-run.ts';
import { seriesOf } from '../../archive/run-curves.ts';
import { labelsOf } from '../../archive/run-list.ts';
import type { Series } from '../../run/series.ts';
import { drawnIds, useRuns } from '../../store/runs-store.ts';
import { Card } from '../charts/Card.tsx';
import { Lines } from '../charts/Lines.tsx';
import { rowsOf, type LineSpec } from '../charts/lines.ts';
import { compact, percent } from '../format.ts';
import { seriesColor } from '../palette.ts';
import { ConfigDifference } from './ConfigDifference.tsx';
import { openRecipe } from './open-recipe.ts';

interface Chart {
  metric: string;
  title: string;
  format: (value: number) => string;
  max?: number;
  dots?: boolean;
}

const fraction = (value: number) => percent(value, value < 0.1 && value > 0 ? 1 : 0);
const whole = (value: number) => percent(value, 0);

const CHARTS: Chart[] = [
  { metric: 'sft/train/loss', title: 'SFT loss, nats per token', format: compact },
  { metric: 'evaluation/accuracy/sampled', title: 'Held-out accuracy, sampled', format: whole, max: 1, dots: true },
  { metric: 'evaluation/accuracy/greedy', title: 'Held-out accuracy, greedy', format: whole, max: 1, dots: true },
  { metric: 'rl/critic/score/mean', title: 'Reward', format: whole, max: 1 },
  { metric: 'rl/actor/entropy', title: 'Entropy, nats per token', format: compact },
  { metric: 'rl/clip_ratio/region_mean', title: 'Clipped tokens', format: fraction },
  { metric: 'rl/gradient/preserved_share', title: 'Preserved gradient', format: fraction },
  { metric: 'rl/actor/grad_norm', title: 'Gradient norm', format: compact },
  { metric: 'rl/actor/ppo_kl', title: 'KL to the old policy, nats', format: compact },
  { metric: 'rl/response_length/mean', title: 'Response length, tokens', format: compact },
];
const KEYS = CHARTS.map(({ metric }) => metric);

interface DrawnRun {
  run: ArchivedRun;
  label: string;
  color: string;
  series: Record<string, Series>;
}

/** The selected runs: overlaid curves, and the differences of their recipes. */
export function ChosenRuns({ runs }: { runs: readonly ArchivedRun[] }) {
  const chosen = useRuns((state) => state.chosen);
  const records = useRuns((state) => state.records);
  const drawn = useMemo(() => {
    const found = drawnIds(chosen).flatMap((id) => {
      const run = runs.find((one) => one.id === id);
      const read = records[id];
      return run && read ? [{ run, read }] : [];
    });
    const labels = labelsOf(found.map(({ run }) => run));
    return found.map(({ run, read }): DrawnRun => ({
      run,
      label: labels.get(run.id) ?? run.name,
      color: seriesColor(chosen.get(run.id) ?? 0),
      series: seriesOf(read, KEYS),
    }));
  }, [chosen, runs, records]);
  const [first] = drawn;
  if (!first) return null;
  return (
    <div data-testid="chosen-runs">
      <ul className="legend chosen-legend">
        {drawn.map(({ run, label, color }) => (
          <li key={run.id}>
            <i style={{ background: color }} />
            {label}
          </li>
        ))}
        {chosen.size > drawn.length && drawn.length === drawnIds(chosen).length && (
          <li>
            Showing the first {drawn.length} of {chosen.size} selected runs.
          </li>
        )}
      </ul>
      {drawn.length === 1 ? (
        <OneRun run={first.run} />
      ) : (
        <ConfigDifference
          runs={drawn.map(({ run, label, color }) => ({ run, label, color, records: records[run.id] ?? [] }))}
        />
      )}
      <div className="cards">
        {CHARTS.map((chart) => (
          <Overlay key={chart.metric} chart={chart} drawn={drawn} />
        ))}
      </div>
    </div>
  );
}

function OneRun({ run }: { run: ArchivedRun }) {
  return (
    <section className="card one-run" aria-label={run.name}>
      {run.error !== undefined && <p className="bad">Failed: {run.error}</p>}
      {run.note && <p className="note-text">{run.note}</p>}
      <p className="hint">
        {run.adapter ? `Adapter: ${run.adapter}. ` : ''}The same recipe and seed on the same adapter give the same
        metrics.
      </p>
      <Button size="compact-xs" variant="light" onClick={() => openRecipe(run)}>
        Open recipe in Train
      </Button>
    </section>
  );
}

/** One metric of all shown runs; nothing if none of them has it. */
function Overlay({ chart: { metric, title, format, max, dots }, drawn }: { chart: Chart; drawn: readonly DrawnRun[] }) {
  const { rows, lines, bounded } = useMemo(() => {
    const having = drawn.filter(({ series }) => (series[metric]?.steps.length ?? 0) > 0);
    const specs = having.map(({ run, label, color }): LineSpec => ({
      key: run.id,
      title: label,
      color,
      ...(dots && { dots }),
    }));
    const series = Object.fromEntries(having.map((one) => [one.run.id, one.series[metric] as Series]));
    return {
      rows: rowsOf(series, specs),
      lines: specs,
      bounded: having.filter((one) => one.series[metric]?.low).map(({ run }) => run.id),
    };
  }, [drawn, metric, dots]);
  if (rows.length === 0) return null;
  const steps = metric.startsWith('rl/') ? Math.max(...drawn.map(({ run }) => run.config.rl?.steps ?? 0)) : undefined;
  return (
    <Card name={`runs-${metric}`} title={title}>
      <Lines
        rows={rows}
        lines={lines}
        bounded={bounded}
        format={format}
        max={max}
        min={0}
        steps={steps}
        height={150}
        together="runs"
      />
    </Card>
  );
}

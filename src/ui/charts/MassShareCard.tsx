import { useMemo, useState } from 'react';
import { ZONES } from '../../run/step-record.ts';
import { useChartSettings } from '../../store/chart-settings.ts';
import { useRun } from '../../store/run-store.ts';
import { percent } from '../format.ts';
import { Term } from '../learn/Term.tsx';
import { OnDemand } from '../OnDemand.tsx';
import { MASS_AREAS } from './plot-parts.ts';
import { ZoneLegend } from '../ZoneLegend.tsx';
import { rowsInside, stepsShown, type StepRange } from './lines.ts';
import { MASS_HEIGHT, MASS_ZONES, smoothedMass } from './mass-rows.ts';
import { StepRangeFields } from './StepRangeFields.tsx';
import { ToolCard } from './ToolCard.tsx';
import { useMassRows } from './use-mass-rows.ts';
import { useRunLabel } from './use-run-label.ts';

const TITLE = 'Gradient mass by zone';

/** Share of the gradient's mass, sum |f w A|, by zone. */
export function MassShareCard() {
  const steps = useRun((run) => run.running?.rl?.steps);
  const weight = useChartSettings((settings) => settings.smoothing);
  const { run, subtitle } = useRunLabel();
  const [range, setRange] = useState<StepRange>();
  const rows = useMassRows();
  const drawn = useMemo(() => smoothedMass(rows, weight), [rows, weight]);
  const last = rows.at(-1);
  const outside = last
    ? ZONES.filter((zone) => zone !== 'inside').reduce((sum, zone) => sum + (last[zone] ?? 0), 0)
    : 0;
  return (
    <ToolCard
      wide
      name="mass-share"
      title={TITLE}
      heading={
        <>
          <Term id="gradient-mass" lesson>
            Gradient mass
          </Term>{' '}
          by{' '}
          <Term id="zone" lesson>
            zone
          </Term>
        </>
      }
      figures={last && [{ text: `${percent(outside)} from outside the clip range, step ${last.step}` }]}
      empty={
        rows.length === 0
          ? 'Share of gradient mass, Σ|f w A|, per zone (f: aggregation factor, w: gradient weight, A: advantage). ' +
            'PPO sets the orange and dark blue zones to 0'
          : undefined
      }
      height={MASS_HEIGHT}
      subtitle={subtitle}
      smoothing
      zoom={{ zoomed: range !== undefined, onReset: () => setRange(undefined) }}
      range={<StepRangeFields steps={stepsShown(rows, steps, undefined)} range={range} onRange={setRange} />}
      onExport={(format) =>
        void import('./mass-export.ts').then(({ exportMass }) =>
          exportMass(
            { title: TITLE, subtitle, run, rows: rowsInside(rows, range), drawn: rowsInside(drawn, range) },
            format,
          ),
        )
      }
    >
      {(height) => (
        <>
          <OnDemand
            part={MASS_AREAS}
            props={{ rows: drawn, steps, height, range, onRange: setRange }}
            waiting={<div style={{ height }} />}
          />
          <ZoneLegend zones={MASS_ZONES} />
        </>
      )}
    </ToolCard>
  );
}

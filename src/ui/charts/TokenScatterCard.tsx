import { useMemo, useState } from 'react';
import { plainBand, resolveStrategy } from '../../run/strategies/strategy-config.ts';
import { useChartSettings } from '../../store/chart-settings.ts';
import { useRun } from '../../store/run-store.ts';
import { compact } from '../format.ts';
import { Term } from '../learn/Term.tsx';
import { OnDemand } from '../OnDemand.tsx';
import { RatioRangeFields } from './RatioRangeFields.tsx';
import type { RatioRange } from './scatter-layout.ts';
import { TOKEN_SCATTER } from './scatter-part.ts';
import { ToolCard } from './ToolCard.tsx';
import { useRunLabel } from './use-run-label.ts';

const NAME = 'tokens';
const TITLE = 'Tokens of the rollout';
const HEIGHT = 190;

/** Tokens of the rollout (or an even sample of them): ratio, and probability when sampled. */
export function TokenScatterCard() {
  const scatter = useRun((run) => run.frame?.scatter);
  const step = useRun((run) => run.frame?.tokenStep);
  const strategy = useRun((run) => run.running?.rl?.strategy);
  const log = useChartSettings((settings) => settings.log.includes(NAME));
  const { run, subtitle } = useRunLabel();
  const [range, setRange] = useState<RatioRange>();
  const band = useMemo((): RatioRange | undefined => {
    const found = strategy && plainBand(resolveStrategy(strategy));
    return found && [found.low, found.high];
  }, [strategy]);
  const shown = scatter?.logRatio.length ?? 0;
  const figures = scatter && [
    {
      text: `${shown < scatter.total ? `${compact(shown)} of ` : ''}${compact(scatter.total)} tokens, step ${step}`,
    },
  ];
  return (
    <ToolCard
      wide
      name={NAME}
      title={TITLE}
      heading={
        <>
          Tokens of the rollout:{' '}
          <Term id="ratio" lesson>
            ratio r
          </Term>{' '}
          and probability when sampled
        </>
      }
      figures={figures}
      empty={scatter ? undefined : 'One point per token: its ratio r, its probability when sampled, and its zone'}
      height={HEIGHT}
      subtitle={`${subtitle}, step ${step}`}
      axis={{ log, onLog: (on) => useChartSettings.getState().setLog(NAME, on) }}
      zoom={{ zoomed: range !== undefined, onReset: () => setRange(undefined) }}
      range={<RatioRangeFields range={range} onRange={setRange} />}
      onExport={(format) => {
        if (!scatter) return;
        void import('./token-export.ts').then(({ exportTokens }) =>
          exportTokens({ title: TITLE, subtitle: `${subtitle}, step ${step}`, run, scatter, band, range, log }, format),
        );
      }}
    >
      {(height) =>
        scatter && (
          <OnDemand
            part={TOKEN_SCATTER}
            props={{ scatter, band, range, log, height, onRange: setRange }}
            waiting={<div style={{ height }} />}
          />
        )
      }
    </ToolCard>
  );
}

import '../rollouts/rollouts.css';
import { NativeSelect } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useRace } from '../../store/race-store.ts';
import { ColorBy } from '../inputs/ColorBy.tsx';
import { seriesColor } from '../palette.ts';
import { Rollout } from '../rollouts/Rollout.tsx';
import { COLORING_HELP, COLORINGS, type Coloring } from '../rollouts/token-colors.ts';
import { TokenInspector } from '../rollouts/TokenInspector.tsx';
import { commonResponses, promptsOf } from './lanes.ts';

/** Responses of all lanes to the same prompt of the same step, side by side. */
export function RaceResponses() {
  const lanes = useRace((race) => race.lanes);
  const [index, setIndex] = useState(0);
  const [coloring, setColoring] = useState<Coloring>('zone');
  const shown = useMemo(() => commonResponses(lanes), [lanes]);
  const prompts = useMemo(() => promptsOf(shown), [shown]);
  const prompt = prompts[Math.min(index, prompts.length - 1)];
  if (prompt === undefined) return null;
  const unused = shown.some((one) => one?.rollouts.some((rollout) => rollout.prompt === prompt && rollout.unused));
  return (
    <section className="race-responses" aria-label="Responses to the same prompt">
      <div className="race-responses-bar">
        <h3 className="card-title">Responses to the same prompt</h3>
        <NativeSelect
          size="xs"
          aria-label="Prompt"
          data-testid="race-prompt"
          value={String(prompts.indexOf(prompt))}
          data={prompts.map((text, i) => ({ value: String(i), label: `${i + 1}: ${text.slice(0, 60)}` }))}
          onChange={(event) => setIndex(Number(event.currentTarget.value))}
        />
        <ColorBy value={coloring} choices={COLORINGS} onChange={setColoring} />
      </div>
      <p className="hint">
        {COLORING_HELP[coloring]} Point at a token for its ratio, gradient weight and zone.
        {unused && ' Responses without colour have no ratios: no update used them.'}
      </p>
      <div className="race-lanes" style={{ ['--lanes' as string]: lanes.length }}>
        {lanes.map(({ id, label }, i) => {
          const rollouts = shown[i]?.rollouts.filter((one) => one.prompt === prompt) ?? [];
          return (
            <div key={id} data-testid="race-column">
              <h4 className="race-column">
                <i className="swatch" style={{ background: seriesColor(i) }} />
                {label}
                {shown[i] && <small>step {shown[i].step}</small>}
              </h4>
              {rollouts.length === 0 && <p className="hint">No response to this prompt.</p>}
              <TokenInspector rollouts={rollouts}>
                {rollouts.map((rollout, j) => (
                  <Rollout key={j} rollout={rollout} index={j} coloring={coloring} />
                ))}
              </TokenInspector>
            </div>
          );
        })}
      </div>
    </section>
  );
}

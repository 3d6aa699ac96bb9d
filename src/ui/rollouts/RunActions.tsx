import { Button, Group } from '@mantine/core';
import { studioApi } from '../../store/connection.ts';
import { useCompare } from '../../store/compare-store.ts';
import { useRun } from '../../store/run-store.ts';
import { useWhatIf } from '../../store/what-if-store.ts';
import { download } from '../download.ts';
import { PromptBox } from './PromptBox.tsx';
import { SaveButton } from './SaveButton.tsx';
import { SaveWeights } from './SaveWeights.tsx';

/** With a run at rest: ask the policy something, and take it or its metrics away. */
export function RunActions() {
  const state = useRun((run) => run.state);
  const name = useRun((run) => run.running?.name ?? 'run');
  const task = useRun((run) => run.running?.task.name);
  const lora = useRun((run) => run.running?.model.lora !== undefined);
  const rl = useRun((run) => (run.frame?.rollouts.length ?? 0) > 0);
  const any = useRun((run) => run.frame !== undefined);
  // A run that broke off keeps the weights of its last good update, and what it measured.
  const broke = state === 'failed';
  const comparing = useCompare(({ state: sweep }) => sweep === 'starting' || sweep === 'running');
  const atRest = state === 'paused' || state === 'finished' || state === 'stopped';
  if (!any || (!atRest && !broke)) return null;
  if (comparing)
    return <p className="hint">The comparison has the graphics card; the run is kept until it has ended.</p>;
  return (
    <section className="section">
      {atRest && rl && (
        <Button
          fullWidth
          size="xs"
          mb="sm"
          variant="light"
          data-testid="what-if"
          onClick={() => useWhatIf.getState().open()}
        >
          What would the others have done?
        </Button>
      )}
      <h2 className="section-title">{atRest ? 'Try it, take it' : 'Take it'}</h2>
      {atRest && <PromptBox key={task} example={task === 'arithmetic' ? '3+4*2=' : '58+67='} />}
      <Group gap={6} mt={8}>
        <SaveWeights name={name} broke={broke} lora={lora} />
        <SaveButton
          title="Save metrics.jsonl"
          get={() => studioApi().exportMetrics()}
          save={(text) => download('metrics.jsonl', text)}
        />
      </Group>
    </section>
  );
}

import { Button, Progress } from '@mantine/core';
import { useRun } from '../../store/run-store.ts';
import { preparationText, runTitle } from './run-text.ts';

/** Progress of a starting run, above the charts; the page stays usable meanwhile. */
export function PreparingStrip() {
  const state = useRun((run) => run.state);
  const preparation = useRun((run) => run.preparation);
  const running = useRun((run) => run.running);
  const stop = useRun((run) => run.stop);
  if (state !== 'preparing' || !running) return null;
  const { stage, kernels, reading } = preparation ?? { stage: 'checking' };
  const part = kernels ? [kernels.compiled, kernels.requested] : reading ? [reading.done, reading.total] : [0, 0];
  const [done = 0, total = 0] = part;
  return (
    <div className="note preparing" data-testid="preparing">
      <span>
        <b>Preparing {runTitle(running)}</b>: {preparationText(preparation ?? { stage: 'checking' })}
      </span>
      <Progress
        value={total > 0 ? (100 * done) / total : 100}
        animated={stage !== 'compiling' && stage !== 'reading'}
        size="sm"
        aria-label={stage === 'reading' ? 'Data read' : 'Kernels compiled'}
      />
      <Button size="compact-xs" variant="default" onClick={stop}>
        Cancel
      </Button>
    </div>
  );
}

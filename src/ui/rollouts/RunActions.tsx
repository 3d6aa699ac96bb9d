import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import { RECORDING_ENDING } from '../../recording/ending.ts';
import { declarationOf } from '../../run/config/task.ts';
import { fileNameOf, runFileName } from '../../run/run-name.ts';
import { studioApi } from '../../store/connection.ts';
import { useGpuUser } from '../../store/gpu-user.ts';
import { isRecorded, useRun } from '../../store/run-store.ts';
import { useWhatIf } from '../../store/what-if-store.ts';
import { download } from '../download.ts';
import { OnDemand } from '../OnDemand.tsx';
import { PUBLISH_DIALOG } from '../publish/publish-part.ts';
import { PromptBox } from './PromptBox.tsx';
import { ReportButtons } from './ReportButtons.tsx';
import { SaveButton } from './SaveButton.tsx';
import { SaveWeights } from './SaveWeights.tsx';

/** A problem to ask; of data, the first of the newest rollout. */
function exampleOf(task: string | undefined): string {
  if (task === 'dataset') return useRun.getState().frame?.rollouts[0]?.prompt ?? '';
  return declarationOf(task)?.example ?? '';
}

/** When a run is paused or has ended: test the policy, and export its weights and metrics. */
export function RunActions() {
  const state = useRun((run) => run.state);
  const name = useRun((run) => run.running?.name ?? 'run');
  const seed = useRun((run) => run.running?.seed ?? 0);
  // Races and runs that this browser cannot store have no record.
  const id = useRun((run) => run.id);
  const task = useRun((run) => run.running?.task.name);
  const lora = useRun((run) => run.running?.model.lora !== undefined);
  const rl = useRun((run) => (run.frame?.rollouts.length ?? 0) > 0);
  const any = useRun((run) => run.frame !== undefined && run.held);
  // A failed run keeps the weights of its last good step, and what it measured.
  const failed = state === 'failed';
  const [publishing, setPublishing] = useState(false);
  const replayed = useRun(isRecorded);
  const user = useGpuUser();
  const idle = state === 'paused' || state === 'finished' || state === 'stopped';
  if (replayed)
    return (
      <section className="section">
        <p className="hint" data-testid="recording-actions">
          A recording has no model. To compare strategies on a batch, test the policy or export it, train the recipe
          yourself.
        </p>
      </section>
    );
  if (!any || (!idle && !failed)) return null;
  if (user)
    return (
      <section className="section">
        <p className="hint">A {user} is using the GPU. The run is kept and available afterwards.</p>
      </section>
    );
  return (
    <section className="section">
      {idle && rl && (
        <Button
          fullWidth
          size="xs"
          mb="sm"
          variant="light"
          data-testid="what-if"
          onClick={() => useWhatIf.getState().open(useRun.getState().running?.rl?.strategy)}
        >
          Compare strategies on this batch
        </Button>
      )}
      <h2 className="section-title">Test and export</h2>
      <PromptBox key={task} example={exampleOf(task)} />
      <Group gap={6} mt={8}>
        <SaveWeights name={name} failed={failed} lora={lora} />
        <SaveButton
          title="Export metrics.jsonl"
          get={() => studioApi().exportMetrics()}
          save={(text) => download(`${runFileName({ seed }, name)}-metrics.jsonl`, text)}
        />
        <SaveButton
          title="Export recording"
          get={() => studioApi().exportRecording()}
          save={(file) => download(`${runFileName({ seed }, name)}${RECORDING_ENDING}`, file)}
        />
        <Button variant="default" size="compact-xs" data-testid="publish" onClick={() => setPublishing(true)}>
          Publish…
        </Button>
        {id !== undefined && <ReportButtons id={id} />}
      </Group>
      {publishing && (
        <OnDemand
          part={PUBLISH_DIALOG}
          props={{ suggested: fileNameOf(name).slice(0, 96), lora, onClose: () => setPublishing(false) }}
        />
      )}
    </section>
  );
}

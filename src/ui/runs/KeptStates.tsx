import { Badge, Button, NumberInput } from '@mantine/core';
import { useState } from 'react';
import { isWhole, type ArchivedRun } from '../../archive/archived-run.ts';
import { useGpuUser } from '../../store/gpu-user.ts';
import { isActive, useRun } from '../../store/run-store.ts';
import { useStates } from '../../store/states-store.ts';
import { stateLabel, type KeptState, type RunStates } from '../../views/states.ts';
import { bytes, hour, day, percent } from '../format.ts';
import { branch, evaluateState, exportState, openInPlayground, resumeInTrain } from './state-actions.ts';

/** The kept states of a run, and everything that can be done with each. */
export function KeptStates({ run }: { run: ArchivedRun }) {
  const kept = useStates((state) => state.runs?.get(run.id));
  const error = useStates((state) => state.error);
  const busy = useRun(({ state }) => isActive(state) && state !== 'paused');
  const user = useGpuUser();
  if (!kept || kept.states.length === 0) return null;
  const failed = kept.states.find((state) => state.failed !== undefined)?.failed;
  const why =
    failed !== undefined
      ? 'Resumed, the run would fail again at the same step: branch from a state, and change the settings.'
      : kept.held === 'elsewhere'
        ? 'This run is running in another tab.'
        : user
          ? 'A comparison or a race is using the GPU.'
          : busy
            ? 'A run is training: pause or stop it first.'
            : undefined;
  return (
    <div className="kept-states" data-testid="kept-states">
      <h4>
        Kept states <small>{bytes(kept.bytes)} in this browser</small>
      </h4>
      {error && (
        <p className="note warning" role="alert">
          {error.message} {error.advice}
        </p>
      )}
      {failed !== undefined && (
        <p className="note warning" data-testid="failed-after">
          <b>The run failed after these states, and would fail again if it resumed.</b> {failed} Branch from a state to
          train on with other settings.
        </p>
      )}
      <ul>
        {[...kept.states].reverse().map((state) => (
          <StateItem key={state.id} run={run} kept={kept} state={state} why={why} />
        ))}
      </ul>
      <Extend run={run} kept={kept} why={why} />
    </div>
  );
}

interface StateItemProps {
  run: ArchivedRun;
  kept: RunStates;
  state: KeptState;
  /** Why nothing can be resumed now. */
  why: string | undefined;
}

function StateItem({ run, kept, state, why }: StateItemProps) {
  const [busy, setBusy] = useState(false);
  const { pin, remove } = useStates.getState();
  const label = stateLabel(state);
  const held = kept.held !== undefined;
  const doing = (work: () => Promise<void>) => () => {
    setBusy(true);
    void work().finally(() => setBusy(false));
  };
  return (
    <li data-testid="kept-state" data-state={state.id}>
      <span className="kept-state-name">
        <b>{label}</b>
        {state.last && <Badge size="xs">last</Badge>}
        {state.best && <Badge size="xs">best</Badge>}
        {state.failed !== undefined && <Badge size="xs">before failure</Badge>}
        {state.pinned && <Badge size="xs">pinned</Badge>}
        <small>
          {state.accuracy !== undefined && `held-out accuracy ${percent(state.accuracy)}, `}
          {bytes(state.bytes)}, {day(state.written)}, {hour(state.written)}
        </small>
      </span>
      <span className="kept-state-actions">
        {!state.complete && (
          <Button
            size="compact-xs"
            variant="light"
            disabled={why !== undefined}
            title={why ?? (state.last ? 'Train on from here' : 'Train on from here; later states are recomputed')}
            aria-label={`Resume from ${label}`}
            onClick={() => resumeInTrain(run.id, state.id)}
          >
            Resume
          </Button>
        )}
        <Button
          size="compact-xs"
          variant="default"
          title="A new recipe that starts with these weights"
          aria-label={`Branch from ${label}`}
          onClick={() => branch(run, state)}
        >
          Branch
        </Button>
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`Open ${label} in Playground`}
          onClick={doing(() => openInPlayground(run.id, state))}
        >
          Playground
        </Button>
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`Evaluate ${label}`}
          onClick={() => evaluateState(run, state)}
        >
          Evaluate
        </Button>
        <Button
          size="compact-xs"
          variant="default"
          loading={busy}
          title="The run’s folder with this state, which the command line’s train --resume continues"
          aria-label={`Export ${label}`}
          onClick={doing(() => exportState(run, state))}
        >
          Export
        </Button>
        <Button
          size="compact-xs"
          variant="default"
          aria-pressed={state.pinned ?? false}
          title="Pinned states are kept until you unpin or delete them"
          aria-label={`${state.pinned ? 'Unpin' : 'Pin'} ${label}`}
          onClick={() => void pin(run.id, state.id, !state.pinned)}
        >
          {state.pinned ? 'Unpin' : 'Pin'}
        </Button>
        <Button
          size="compact-xs"
          variant="default"
          disabled={held}
          title={held ? 'The run is open: start another one first' : undefined}
          aria-label={`Delete ${label}`}
          onClick={() => void remove(run.id, state.id)}
        >
          Delete
        </Button>
      </span>
    </li>
  );
}

/** More steps of the last stage, from the newest state. */
function Extend({ run, kept, why }: { run: ArchivedRun; kept: RunStates; why: string | undefined }) {
  const stage = run.config.rl ? 'rl' : 'sft';
  const steps = run.config[stage]?.steps;
  const [wanted, setWanted] = useState<number | undefined>();
  const newest = kept.states.at(-1);
  if (steps === undefined || newest?.phase !== stage || !isWhole(run.config, run.digest)) return null;
  const value = wanted ?? steps * 2;
  return (
    <div className="kept-extend">
      <NumberInput
        size="xs"
        label={`Extend to ${stage.toUpperCase()} steps`}
        min={steps + 1}
        allowDecimal={false}
        value={value}
        onChange={(next) => setWanted(typeof next === 'number' ? next : undefined)}
      />
      <Button
        size="xs"
        variant="light"
        disabled={why !== undefined || value <= steps}
        title={why ?? 'Trains on from the end of the run, in the same run'}
        onClick={() => resumeInTrain(run.id, newest.id, { [stage]: value })}
      >
        Extend
      </Button>
    </div>
  );
}

import { Progress } from '@mantine/core';
import { useCompare } from '../../store/compare-store.ts';
import { useGpuUser } from '../../store/gpu-user.ts';
import { raceLevel, useRace } from '../../store/race-store.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { isActive, isRecorded, useRun } from '../../store/run-store.ts';
import { compact, duration } from '../format.ts';
import { fieldTitle } from './field-title.ts';
import { preparationText, pausedText, runTitle, STATE_TEXT } from './run-text.ts';

/** The run on every page: its name and strategy, its state, and its progress. */
export function RunStatusLine() {
  const state = useRun((run) => run.state);
  const running = useRun((run) => run.running);
  const recorded = useRun(isRecorded);
  const user = useGpuUser();
  const problem = useRecipe(
    (recipe) => Object.entries(recipe.problems).map(([path, message]) => withField(path, message))[0],
  );
  return (
    <div className="run-line" data-state={state}>
      <span className="visually-hidden" role="status" data-testid="state">
        {STATE_TEXT[state]}
      </span>
      {running && (
        <b className="run-title" data-testid="run-title" title={runTitle(running)}>
          {recorded ? 'Recording' : 'Run'}: {runTitle(running)}
        </b>
      )}
      <Activity />
      {user === 'comparison' ? <SweepProgress /> : user === 'race' ? <RaceProgress /> : <RunProgress />}
      {problem !== undefined && !isActive(state) && <span className="top-problem">{problem}</span>}
    </div>
  );
}

/** What the run is doing, or between which steps it is paused. */
function Activity() {
  const state = useRun((run) => run.state);
  const frame = useRun((run) => run.frame);
  const preparation = useRun((run) => run.preparation);
  const problem = useRun((run) => run.workerProblem?.kind);
  const open = useRun((run) => run.models.length > 0);
  const unavailable = useRun((run) => run.unavailable !== undefined);
  const invalid = useRecipe((recipe) => Object.keys(recipe.problems).length > 0);
  const recorded = useRun(isRecorded);
  const text = ((): string => {
    if (recorded) return 'not a live run';
    if (problem !== undefined && isActive(state))
      return problem === 'unsupported' ? 'waiting for the graphics driver' : 'no answer from the training worker';
    if (unavailable) return 'WebGPU unavailable';
    if (state === 'idle') return open ? (invalid ? '' : 'Ready') : 'Opening the GPU';
    if (state === 'preparing') return `preparing: ${preparationText(preparation ?? { stage: 'checking' })}`;
    if ((state === 'paused' || state === 'stopped') && frame)
      return frame.activity ? `${state}, ${frame.activity}` : pausedText(state, frame);
    if (state === 'running') return frame?.activity || STATE_TEXT.running;
    return (state === 'stopping' && frame?.activity.startsWith('stopping') && frame.activity) || STATE_TEXT[state];
  })();
  return (
    <span className="activity" data-testid={frame && !recorded ? 'activity' : 'waiting'}>
      {text}
    </span>
  );
}

function RunProgress() {
  const frame = useRun((run) => run.frame);
  const state = useRun((run) => run.state);
  const silent = useRun((run) => run.workerProblem !== undefined);
  // The bar of the recording has its step.
  const recorded = useRun(isRecorded);
  if (!frame || recorded) return null;
  const { phase, step, steps, tokensPerSecond, secondsLeft } = frame;
  const title = phase === 'sft' ? 'SFT step' : phase === 'rl' ? 'RL step' : 'step';
  return (
    <>
      <span className="run-figure" data-changing>
        {title} <b data-testid="step-value">{step}</b> of {steps}
      </span>
      <Progress value={steps > 0 ? (100 * step) / steps : 0} w={110} size="sm" aria-label="Steps completed" />
      <span className="run-figure" data-changing>
        <b>{compact(tokensPerSecond)}</b> tokens/s
      </span>
      {state === 'running' && !silent && secondsLeft !== undefined && (
        <span className="run-figure" data-changing data-testid="time-left">
          <b>{duration(secondsLeft)}</b> left
        </span>
      )}
    </>
  );
}

function SweepProgress() {
  const runs = useCompare((compare) => compare.runs);
  const ended = runs.filter((run) => run.state === 'done' || run.state === 'broken').length;
  return (
    <>
      <span className="run-figure" data-changing>
        comparison: run <b>{Math.min(runs.length, ended + 1)}</b> of {runs.length}
      </span>
      <Progress
        value={runs.length > 0 ? (100 * ended) / runs.length : 0}
        w={110}
        size="sm"
        aria-label="Runs completed"
      />
    </>
  );
}

function RaceProgress() {
  const level = useRace(raceLevel);
  const total = useRace((race) => race.total);
  return (
    <>
      <span className="run-figure" data-changing>
        race: step <b>{level}</b> of {total}
      </span>
      <Progress value={total > 0 ? (100 * level) / total : 0} w={110} size="sm" aria-label="Steps of the race" />
    </>
  );
}

/** A problem with the label of its field before it. */
function withField(path: string, message: string): string {
  const title = fieldTitle(path);
  return title === '' ? message : `${title}: ${message}`;
}

/** The page's run in the worker: its session, state and activity. */
import type { StudioError } from '../errors.ts';
import type { StageAnswers } from '../report/stage-answers.ts';
import type { Phase } from '../run/step-record.ts';
import type { RunSession } from '../session/session.ts';
import { StateCapture, type StateMemory } from '../session/state-capture.ts';
import { policyView } from './checkpoint-view.ts';
import { FrameBuilder } from './frame-builder.ts';
import { RolloutRecorder } from './rollout-recorder.ts';
import type { RolloutStore } from './rollout-store.ts';
import type { ResumedPast } from './resumed-run.ts';
import { StateRecorder } from './state-recorder.ts';
import type { StateStore } from './state-store.ts';
import type { Frame, RunStatus, StartOptions } from '../views/run-view.ts';

export interface Run {
  /** The page's name for the run, under which its records are sent. */
  name: string | undefined;
  session: RunSession;
  frames: FrameBuilder;
  /** Keeps the rollouts, if the page wants them. */
  rollouts: RolloutRecorder | undefined;
  /** Keeps its states, if the page wants them. */
  states: StateRecorder | undefined;
  /** Releases its buffers, and lets other tabs resume it. */
  destroy: () => void;
  /** The answers of its stages so far, of which its report is made. */
  stages: StageAnswers[];
  /** Stops the run; replaced when it resumes. */
  abort: AbortController;
  state: RunStatus;
  activity: string;
  /** The current step has updated the weights: a stop waits until it is finished. */
  updating: boolean;
  /** Why its device, and the weights on it, were lost. */
  lost: StudioError | undefined;
  /** Pauses after the next step. */
  oneStep: boolean;
  /** Resolves when a paused run resumes. */
  wake: (() => void) | undefined;
  /** Resolves when the loop has ended. */
  done: Promise<void>;
}

export interface NewRunParts {
  rollouts: RolloutStore;
  states: StateStore;
  /** The run's frame has changed. */
  changed: () => void;
}

/**
 * @param past of a run that is resumed from a kept state
 * @param release lets other tabs resume the run
 */
export async function newRun(
  session: RunSession,
  memory: StateMemory,
  options: StartOptions,
  parts: NewRunParts,
  { past, release }: { past: ResumedPast | undefined; release: () => void },
): Promise<Run> {
  const run: Run = {
    name: options.run,
    session,
    frames: new FrameBuilder(),
    rollouts: recorderOf(session, options, parts.rollouts),
    states: undefined,
    destroy: () => {
      run.states?.destroy();
      session.destroy();
      release();
    },
    stages: past?.stages ?? [],
    abort: new AbortController(),
    state: options.paused ? 'paused' : 'running',
    activity: '',
    updating: false,
    lost: undefined,
    oneStep: false,
    wake: undefined,
    done: Promise.resolve(),
  };
  try {
    if (past) {
      run.frames.add({ records: past.records }, session.tokenizer);
      await run.rollouts?.resume(past.snapshot);
    }
    run.states = await stateRecorderOf(run, memory, options, parts, past);
    return run;
  } catch (error) {
    session.destroy();
    throw error;
  }
}

async function stateRecorderOf(
  run: Run,
  memory: StateMemory,
  { run: name, stateEvery = 0 }: StartOptions,
  { states, changed }: NewRunParts,
  past: ResumedPast | undefined,
): Promise<StateRecorder | undefined> {
  const { session } = run;
  if (name === undefined || stateEvery <= 0 || memory.state.buffers === 0) return undefined;
  const started = past?.from.run.started ?? Date.now();
  return new StateRecorder({
    about: { run: name, name: session.config.name, started, config: session.config, model: policyView(session) },
    store: states,
    capture: await StateCapture.create(session.model.gpu, memory),
    every: stateEvery,
    stages: () => run.stages,
    changed,
    from: past?.from,
  });
}

function recorderOf(
  { config }: RunSession,
  { run, rolloutBytes = 0 }: StartOptions,
  store: RolloutStore,
): RolloutRecorder | undefined {
  if (run === undefined || rolloutBytes <= 0 || !config.rl) return undefined;
  const { kl_coefficient: coefficient, kl_estimator: reference } = config.rl;
  const about = { run, name: config.name, started: Date.now(), ...(coefficient > 0 && { reference }) };
  return new RolloutRecorder(about, rolloutBytes, store);
}

export function frameOf(run: Run): Frame {
  const { state, name, session } = run;
  const activity = state === 'stopping' ? (run.updating ? 'stopping after this step' : 'stopping') : run.activity;
  return {
    ...run.frames.frame({ state, activity, ...placeOf(run) }),
    policyBytes: session.model.float32Bytes,
    ...(session.stepsMade > 0 && { policyStep: policyStep(run) }),
    ...(name !== undefined && { run: name }),
    ...(run.rollouts && { kept: run.rollouts.facts }),
    ...(run.states && { states: run.states.facts }),
  };
}

/** Progress of a run: the current phase (the last one when complete) and its steps. */
export function placeOf({ session }: Pick<Run, 'session'>): { phase: Phase; step: number; steps: number } {
  const phase = session.phase ?? (session.config.rl ? 'rl' : session.config.sft ? 'sft' : 'evaluation');
  const steps = phase === 'evaluation' ? 0 : session.stepsOf(phase);
  return { phase, step: session.phase ? session.step : steps, steps };
}

/** The newest step that trained the policy: `step 16`; until RL has made a step, that of SFT, `SFT step 8`. */
export function policyStep(run: Pick<Run, 'session'>): string {
  const { phase, step } = placeOf(run);
  const sftSteps = phase === 'sft' ? step : run.session.stepsOf('sft');
  return phase === 'sft' || (step === 0 && sftSteps > 0) ? `SFT step ${sftSteps}` : `step ${step}`;
}

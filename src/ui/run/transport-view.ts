/** The actions of the run's buttons in each state, and the reason if one is not available. */
import { GPU_USER_TEXT, type GpuUser } from '../../store/gpu-user.ts';
import type { RunStatus } from '../../views/run-view.ts';

export interface TransportState {
  state: RunStatus;
  /** GPU and models are open. */
  open: boolean;
  /** No GPU is available in this browser. */
  unavailable: boolean;
  /** The recipe has no problems. */
  valid: boolean;
  /** What else trains on the GPU. */
  user: GpuUser | undefined;
  /** The worker holds the run: it can be resumed unless it has ended. */
  held: boolean;
}

export type Command = 'start' | 'resume' | 'pause' | 'start-one' | 'resume-one' | 'stop';

export interface ButtonView {
  label: string;
  /** What it does, or why it is not available. */
  help: string;
  /** Undefined: not available. */
  command?: Command;
  busy?: boolean;
}

export interface TransportView {
  /** Train, Pause or Resume: what Space does. */
  main: ButtonView;
  /** A new run beside Resume; undefined where `main` starts one. */
  again?: ButtonView;
  step: ButtonView;
  stop: ButtonView;
}

export function transportView(given: TransportState): TransportView {
  const { state, user, held } = given;
  const start = startButton(given);
  const stopped = state === 'stopped' && held;
  const resumes = state === 'paused' || stopped;
  const resume: ButtonView = user
    ? { label: 'Resume', help: GPU_USER_TEXT[user] }
    : { label: 'Resume', help: 'Resume the run from its last completed step', command: 'resume' };
  const main = ((): ButtonView => {
    if (state === 'running') return { label: 'Pause', help: 'Pause after this step', command: 'pause' };
    if (state === 'pausing') return { label: 'Pause', help: 'The run pauses after this step', busy: true };
    if (state === 'preparing') return { label: 'Train', help: 'The run is being prepared', busy: true };
    if (state === 'stopping') return { label: 'Train', help: 'The run is stopping', busy: true };
    return resumes ? resume : start;
  })();
  return { main, ...(stopped && { again: start }), step: stepButton(given, start), stop: stopButton(state) };
}

function startButton({ open, unavailable, valid, user, state, held }: TransportState): ButtonView {
  if (user) return { label: 'Train', help: GPU_USER_TEXT[user] };
  if (unavailable) return { label: 'Train', help: 'Training needs WebGPU, which this browser does not offer now' };
  if (!open) return { label: 'Train', help: 'The GPU and the models are being opened' };
  if (!valid) return { label: 'Train', help: 'The recipe has a problem: correct the marked field first' };
  const kept = held && (state === 'stopped' || state === 'finished' || state === 'failed');
  return {
    label: 'Train',
    help: `Start a new run with this recipe${kept ? '; the trained policy stays in the list of models' : ''}`,
    command: 'start',
  };
}

function stepButton({ state, user, held }: TransportState, start: ButtonView): ButtonView {
  const label = 'Step';
  const help = 'Run one step, then pause';
  if (state === 'finished') return { label, help: 'The run has made all its steps; Train starts a new one' };
  if (state === 'preparing') return { label, help: 'The run is being prepared' };
  if (state === 'running' || state === 'pausing') return { label, help: 'The run is training: pause it first' };
  if (state === 'stopping') return { label, help: 'The run is stopping' };
  if (state === 'paused' || (state === 'stopped' && held))
    return user ? { label, help: GPU_USER_TEXT[user] } : { label, help, command: 'resume-one' };
  return start.command
    ? { label, help: 'Start a run, make one step, then pause', command: 'start-one' }
    : { ...start, label };
}

function stopButton(state: RunStatus): ButtonView {
  if (state === 'preparing') return { label: 'Cancel', help: 'Cancel the start', command: 'stop' };
  if (state === 'stopping') return { label: 'Stop', help: 'The run is stopping', busy: true };
  if (state === 'running' || state === 'pausing' || state === 'paused')
    return { label: 'Stop', help: 'Stop the run; it can be resumed from its last completed step', command: 'stop' };
  return { label: 'Stop', help: 'No run is active' };
}

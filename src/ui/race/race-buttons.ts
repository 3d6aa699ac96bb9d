/** The actions of a race's buttons in each state, and the reason if one is not available. */
import type { RunStatus } from '../../views/run-view.ts';
import type { ButtonView } from '../run/transport-view.ts';

export interface RaceButtonsState {
  state: RunStatus;
  /** Why no race can start; undefined if one can. */
  problem: string | undefined;
  /** Why a paused race cannot resume; undefined if it can. */
  occupied: string | undefined;
}

export interface RaceButtons {
  main: ButtonView;
  step: ButtonView;
  stop: ButtonView;
}

const ROUND = 'Make the next step of every strategy, then pause';

export function raceButtons({ state, problem, occupied }: RaceButtonsState): RaceButtons {
  const active = state === 'running' || state === 'pausing' || state === 'paused';
  const stop: ButtonView =
    state === 'preparing'
      ? { label: 'Cancel', help: 'Cancel the start', command: 'stop' }
      : active
        ? { label: 'Stop', help: 'End the race; its runs are kept on the Runs page', command: 'stop' }
        : { label: 'Stop', help: 'No race is active' };
  const wait = (help: string): RaceButtons => ({
    main: { label: state === 'pausing' ? 'Pause' : 'Start', help, busy: true },
    step: { label: 'Step', help },
    stop,
  });
  switch (state) {
    case 'preparing':
      return wait('The race is being prepared');
    case 'pausing':
      return wait('The race pauses after this step');
    case 'stopping':
      return wait('The race is stopping');
    case 'running':
      return {
        main: { label: 'Pause', help: 'Pause after this step', command: 'pause' },
        step: { label: 'Step', help: 'The race is running: pause it first' },
        stop,
      };
    case 'paused':
      return {
        main: { label: 'Resume', help: occupied ?? 'Resume the race', ...(!occupied && { command: 'resume' }) },
        step: { label: 'Step', help: occupied ?? ROUND, ...(!occupied && { command: 'resume-one' }) },
        stop,
      };
    default:
      return {
        main: { label: 'Start', help: problem ?? 'Start a race', ...(!problem && { command: 'start' }) },
        step: { label: 'Step', help: problem ?? ROUND, ...(!problem && { command: 'start-one' }) },
        stop,
      };
  }
}

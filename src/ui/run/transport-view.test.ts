import { describe, expect, it } from 'vitest';
import type { RunStatus } from '../../views/run-view.ts';
import { transportView, type TransportState } from './transport-view.ts';

const view = (state: RunStatus, change: Partial<TransportState> = {}) =>
  transportView({ state, open: true, unavailable: false, valid: true, user: undefined, held: true, ...change });
const commands = (state: RunStatus, change: Partial<TransportState> = {}) => {
  const { main, again, step, stop } = view(state, change);
  return [main, again, step, stop].map((button) => button?.command);
};

describe('the buttons of a run', () => {
  it.each<[RunStatus, ...ReturnType<typeof commands>]>([
    ['idle', 'start', undefined, 'start-one', undefined],
    ['preparing', undefined, undefined, undefined, 'stop'],
    ['running', 'pause', undefined, undefined, 'stop'],
    ['pausing', undefined, undefined, undefined, 'stop'],
    ['paused', 'resume', undefined, 'resume-one', 'stop'],
    ['stopping', undefined, undefined, undefined, undefined],
    ['stopped', 'resume', 'start', 'resume-one', undefined],
    ['finished', 'start', undefined, undefined, undefined],
    ['failed', 'start', undefined, 'start-one', undefined],
  ])('in state %s', (state, ...expected) => {
    expect(commands(state)).toEqual(expected);
  });

  it('Step on a finished run does nothing and says why', () => {
    expect(view('finished').step).toEqual({
      label: 'Step',
      help: 'The run has made all its steps; Train starts a new one',
    });
  });

  it('a stopped run that the worker no longer holds cannot be resumed', () => {
    expect(commands('stopped', { held: false })).toEqual(['start', undefined, 'start-one', undefined]);
  });

  it.each(['comparison', 'race'] as const)('nothing starts or resumes while a %s uses the GPU', (user) => {
    expect(commands('paused', { user })).toEqual([undefined, undefined, undefined, 'stop']);
    expect(commands('idle', { user })).toEqual([undefined, undefined, undefined, undefined]);
    expect(view('idle', { user }).main.help).toContain(`A ${user} is using the GPU`);
  });

  it('nothing starts with a recipe that has a problem, or before the GPU is open', () => {
    expect(commands('idle', { valid: false })).toEqual([undefined, undefined, undefined, undefined]);
    // A paused run has its own config: the recipe may have a problem.
    expect(commands('paused', { valid: false })).toEqual(['resume', undefined, 'resume-one', 'stop']);
    expect(view('idle', { open: false }).main.help).toBe('The GPU and the models are being opened');
    expect(view('idle', { open: false, unavailable: true }).main).toEqual({
      label: 'Train',
      help: 'Training needs WebGPU, which this browser does not offer now',
    });
  });

  it('Stop of a run that is being prepared is called Cancel', () => {
    expect(view('preparing').stop.label).toBe('Cancel');
  });
});

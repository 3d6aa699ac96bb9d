import { describe, expect, it } from 'vitest';
import type { RunStatus } from '../../views/run-view.ts';
import { raceButtons, type RaceButtonsState } from './race-buttons.ts';

const buttons = (state: RunStatus, change: Partial<RaceButtonsState> = {}) =>
  raceButtons({ state, problem: undefined, occupied: undefined, ...change });
const commands = (...given: Parameters<typeof buttons>) => {
  const { main, step, stop } = buttons(...given);
  return [main.command, step.command, stop.command];
};

describe('the buttons of a race', () => {
  it.each<[RunStatus, ...ReturnType<typeof commands>]>([
    ['idle', 'start', 'start-one', undefined],
    ['preparing', undefined, undefined, 'stop'],
    ['running', 'pause', undefined, 'stop'],
    ['pausing', undefined, undefined, 'stop'],
    ['paused', 'resume', 'resume-one', 'stop'],
    ['stopping', undefined, undefined, undefined],
    ['stopped', 'start', 'start-one', undefined],
    ['finished', 'start', 'start-one', undefined],
    ['failed', 'start', 'start-one', undefined],
  ])('in state %s', (state, ...expected) => {
    expect(commands(state)).toEqual(expected);
  });

  it('that cannot start or resume say why', () => {
    expect(commands('idle', { problem: 'Choose 2 to 4 strategies' })).toEqual([undefined, undefined, undefined]);
    expect(buttons('idle', { problem: 'Choose 2 to 4 strategies' }).main.help).toBe('Choose 2 to 4 strategies');
    expect(commands('paused', { occupied: 'A training run is using the GPU' })).toEqual([undefined, undefined, 'stop']);
    // Settings are those of the next race: they do not keep a paused one from resuming.
    expect(commands('paused', { problem: 'Choose 2 to 4 strategies' })).toEqual(['resume', 'resume-one', 'stop']);
  });
});

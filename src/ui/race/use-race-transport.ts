import { useMemo } from 'react';
import { GPU_USER_TEXT } from '../../store/gpu-user.ts';
import { isComparing, useCompare } from '../../store/compare-store.ts';
import { entryProblem, useEntries } from '../../store/entry-store.ts';
import { useRace } from '../../store/race-store.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { useRun } from '../../store/run-store.ts';
import { adapterName } from '../../views/run-view.ts';
import type { Command } from '../run/transport-view.ts';
import { raceOf } from './race-base.ts';
import { raceButtons, type RaceButtons } from './race-buttons.ts';

/** The race's buttons, and what they do. */
export function useRaceTransport(): RaceButtons & { problem: string | undefined; run: (command?: Command) => void } {
  const { state, strategies, base, steps, seed } = useRace();
  const recipe = useRecipe((store) => store.checked);
  const wrong = useEntries(entryProblem('race'));
  const adapter = useRun((store) => store.adapter);
  const open = useRun((store) => store.adapter !== undefined && store.models.length > 0);
  const training = useRun((store) => ['running', 'pausing', 'preparing', 'stopping'].includes(store.state));
  const comparing = useCompare(isComparing);
  const made = useMemo(
    () => raceOf({ strategies, base, steps, seed }, recipe),
    [strategies, base, steps, seed, recipe],
  );
  const occupied = training
    ? 'A training run is using the GPU: pause or stop it first'
    : comparing
      ? GPU_USER_TEXT.comparison
      : undefined;
  const settings = wrong ?? ('problem' in made ? made.problem : undefined);
  const problem = settings ?? (open ? occupied : 'The GPU and the models are being opened');
  const run = (command: Command | undefined) => {
    const { start, resume, pause, stop } = useRace.getState();
    if (command === 'pause') pause();
    else if (command === 'stop') stop();
    else if (command === 'resume' || command === 'resume-one') void resume({ oneStep: command === 'resume-one' });
    else if (command && 'race' in made)
      void start(made.race, { paused: command === 'start-one', adapter: adapterName(adapter) });
  };
  return { ...raceButtons({ state, problem, occupied }), problem: settings, run };
}

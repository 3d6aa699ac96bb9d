import { NativeSelect } from '@mantine/core';
import { MAX_LANES } from '../../compare/race.ts';
import { isRacing, RECIPE_BASE, useRace } from '../../store/race-store.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { baseText } from '../compare/base-text.ts';
import { clipRangesText } from '../compare/clip-ranges.ts';
import { NumberLine } from '../inputs/NumberLine.tsx';
import { StrategyPicker } from '../objective/StrategyPicker.tsx';
import { BASE_CHOICES, baseConfig } from './race-base.ts';
import { useRaceTransport } from './use-race-transport.ts';

/** Strategies and base config of the next race. */
export function RaceSetUp() {
  const { strategies, base, steps, seed, set } = useRace();
  const busy = useRace((race) => isRacing(race) || race.state === 'paused');
  const recipe = useRecipe((store) => store.checked);
  const { problem } = useRaceTransport();
  const config = baseConfig(base, recipe);
  return (
    <>
      <section className="section">
        <h2 className="section-title">Strategies</h2>
        <StrategyPicker
          strategies={strategies}
          scope="race"
          most={MAX_LANES}
          disabled={busy}
          onChange={(next) => set({ strategies: next })}
        />
        <p className="hint">Two to four. {clipRangesText(strategies)}</p>
      </section>
      <section className="section">
        <h2 className="section-title">Recipe</h2>
        <NativeSelect
          size="xs"
          aria-label="Recipe of the race"
          value={base}
          data={BASE_CHOICES}
          disabled={busy}
          onChange={(event) => set({ base: event.currentTarget.value, steps: undefined, seed: undefined })}
        />
        {config?.rl && (
          <p className="hint">
            {config.name === '' || base !== RECIPE_BASE ? '' : `${config.name}: `}
            {baseText(config)}.
          </p>
        )}
        <NumberLine
          id="race-steps"
          label="Steps"
          help="RL steps of each strategy."
          scope="race"
          width={84}
          disabled={busy}
          value={steps ?? config?.rl?.steps}
          step={5}
          format={{ whole: true, required: true, minimum: 1, maximum: 100_000 }}
          onChange={(next) => set({ steps: next })}
        />
        <NumberLine
          id="race-seed"
          label="Seed"
          help="Of all strategies: they see the same prompts and use the same sampling seeds."
          scope="race"
          width={84}
          disabled={busy}
          value={seed ?? config?.seed}
          step={1}
          format={{ whole: true, required: true, minimum: 0, maximum: 2 ** 31 - 1 }}
          onChange={(next) => set({ seed: next })}
        />
      </section>
      {problem !== undefined && (
        <p className="field-problem" role="alert">
          {problem}.
        </p>
      )}
      <p className="hint">
        The strategies share the GPU, and their memory is planned together before the start. Each is kept on the Runs
        page under its own name. To repeat the race over seeds, use a sweep.
      </p>
    </>
  );
}

import { Button } from '@mantine/core';
import { MEASURE_NAMES, REGIME_MEASURES } from '../../../regimes/measures.ts';
import { directionOf, gainText, points, settingText } from '../../../regimes/text.ts';
import { usePage } from '../../../store/page-store.ts';
import { RECIPE_BASE, useRace } from '../../../store/race-store.ts';
import { useRecipe } from '../../../store/recipe-store.ts';
import { OpenInCompare } from '../OpenInCompare.tsx';
import { PairedPlot } from './PairedPlot.tsx';
import { recipeOf, type Place } from './regime-data.ts';

/** What one setting shows: both strategies by seed, all measures, and the recipe to run it. */
export function CellPanel({ place }: { place: Place }) {
  const { sweep, cell, cells } = place;
  const { clipHigher, upperSide, gains, seeds } = cell;
  const title = settingText(sweep, cell, cells);
  const direction = directionOf(gains.sampled.interval);
  const ahead = gains.sampled.values.filter((value) => value > 0).length;
  return (
    <div className="regime-cell" data-testid="regime-cell" aria-live="polite">
      <h3>{title.replace(/^./, (first) => first.toUpperCase())}</h3>
      <p>
        {direction === 'gain' && 'The upper side learns more here. '}
        {direction === 'loss' && 'The upper side learns less here. '}
        {direction === 'no difference shown' && 'No difference is shown here: the interval includes 0. '}
        It ends higher in {ahead} of {seeds.length} seeds.
      </p>
      <PairedPlot cell={cell} />
      <div className="table-box">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">at the end, %</th>
              <th scope="col">Clip-Higher</th>
              <th scope="col">upper side</th>
              <th scope="col">difference, points</th>
            </tr>
          </thead>
          <tbody>
            {MEASURE_NAMES.map((measure) => (
              <tr key={measure}>
                <th scope="row">{REGIME_MEASURES[measure].title}</th>
                <td>{points(clipHigher.measures[measure].interval.mean)}</td>
                <td>{points(upperSide.measures[measure].interval.mean)}</td>
                <td>{gainText(gains[measure].interval)}</td>
              </tr>
            ))}
            <tr>
              <th scope="row">clipped tokens</th>
              <td>{points(clipHigher.clipped)}</td>
              <td>{points(upperSide.clipped)}</td>
              <td />
            </tr>
            <tr>
              <th scope="row">preserved gradient</th>
              <td>{points(clipHigher.preserved)}</td>
              <td>{points(upperSide.preserved)}</td>
              <td />
            </tr>
          </tbody>
        </table>
      </div>
      <OpenCell place={place} title={title} />
    </div>
  );
}

/** Opens the setting on Train, or a race of both strategies in it. */
function OpenCell({ place, title }: { place: Place; title: string }) {
  const recipe = recipeOf(place);
  if (!recipe) return <p className="hint">Its start is trained on the command line: see docs/regimes/results.md.</p>;
  const load = () => {
    useRecipe
      .getState()
      .replace(
        recipe.config,
        `Recipe loaded: “${title}”`,
        'GPPO on the upper side only. One run shows one seed: the map is over several.',
      );
  };
  const train = () => {
    load();
    usePage.getState().go('train');
  };
  return (
    <OpenInCompare
      mode="race"
      label="Race both strategies here"
      testId="race-cell"
      prepare={() => {
        load();
        const { strategies } = recipe;
        useRace.getState().set({ strategies, base: RECIPE_BASE, steps: undefined, seed: undefined });
      }}
    >
      <Button size="sm" variant="default" data-testid="train-cell" onClick={train}>
        Open the recipe
      </Button>
    </OpenInCompare>
  );
}

import { Button, Group } from '@mantine/core';
import { useMemo } from 'react';
import { countRuns, parseSweep, type Sweep } from '../../compare/sweep.ts';
import { StudioError } from '../../errors.ts';
import { defaultSweepName } from '../../run/run-name.ts';
import { distinctLabels } from '../../run/strategies/distinct-labels.ts';
import { isComparing, sameComparison, useCompare } from '../../store/compare-store.ts';
import { entryProblem, useEntries } from '../../store/entry-store.ts';
import { isRacing, useRace } from '../../store/race-store.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { useRun } from '../../store/run-store.ts';
import { adapterName } from '../../views/run-view.ts';
import { download } from '../download.ts';
import { parseSeeds } from '../inputs/parse-seeds.ts';
import { evaluated } from './base-text.ts';
import { GivenSweep } from './GivenSweep.tsx';
import { SweepFile } from './SweepFile.tsx';
import { SweepSettings } from './SweepSettings.tsx';
import { varyOf } from './vary-rows.ts';

/** A new comparison, by settings or as a sweep that is given, with what would be wrong with it, and its start. */
export function SweepSetUp() {
  const { strategies, seeds, state, start, stop, runs, sweep: made } = useCompare();
  const { vary, combine, tune, tuneSeeds, measure, given } = useCompare();
  const checked = useRecipe((recipe) => recipe.checked);
  const recipeProblem = useRecipe((recipe) => Object.values(recipe.problems)[0]);
  const ownName = useRecipe((recipe) => recipe.config.name);
  const wrong = useEntries(entryProblem('compare'));
  const adapter = useRun((run) => run.adapter);
  const ready = useRun((run) => run.adapter !== undefined && run.models.length > 0);
  const training = useRun((run) => run.state === 'running' || run.state === 'pausing' || run.state === 'preparing');
  const busy = isComparing({ state });
  const racing = useRace(isRacing);
  const [sweep, problem] = useMemo((): [Sweep | undefined, string | undefined] => {
    if (given) return [given, undefined];
    if (recipeProblem !== undefined) return [undefined, `The recipe on the Train page has a problem. ${recipeProblem}`];
    if (!checked) return [undefined, 'The recipe on the Train page needs to be valid.'];
    if (!checked.rl && strategies.length > 0)
      return [undefined, 'The recipe on the Train page has no RL stage. Remove the strategies to compare SFT alone.'];
    const numbers = parseSeeds(seeds);
    if ('problem' in numbers) return [undefined, numbers.problem];
    if (wrong !== undefined) return [undefined, wrong];
    const [varied, tuned] = [varyOf(vary), varyOf(tune)];
    if ('problem' in varied) return [undefined, varied.problem];
    if ('problem' in tuned) return [undefined, tuned.problem];
    const tuning = tuned.vary ? parseSeeds(tuneSeeds) : { seeds: [] };
    if ('problem' in tuning) return [undefined, `Tuning: ${tuning.problem}`];
    try {
      const labels = distinctLabels(strategies);
      const base = evaluated(checked);
      return [
        parseSweep(
          {
            name: ownName ?? defaultSweepName(checked, strategies),
            base,
            ...(strategies.length > 0 && {
              strategies: strategies.map((strategy, i) => ({ label: labels[i], strategy })),
            }),
            ...(varied.vary && { vary: varied.vary, combine }),
            ...(tuned.vary && { tune: { vary: tuned.vary, seeds: tuning.seeds } }),
            ...(measure !== 'sampled' && { measure }),
            seeds: numbers.seeds,
          },
          'comparison',
        ),
        undefined,
      ];
    } catch (error) {
      return [undefined, error instanceof StudioError ? error.message.replace(/^comparison: /, '') : String(error)];
    }
  }, [given, checked, strategies, seeds, vary, combine, tune, tuneSeeds, measure, ownName, wrong, recipeProblem]);
  const count = sweep ? countRuns(sweep) : 0;
  const resumes =
    sweep !== undefined &&
    made !== undefined &&
    sameComparison(sweep, made) &&
    runs.some((run) => run.state === 'waiting') &&
    !busy;
  return (
    <>
      {given ? <GivenSweep sweep={given} busy={busy} /> : <SweepSettings sweep={sweep} busy={busy} />}
      <div className="sweep-start">
        {problem !== undefined && (
          <p className="field-problem" role="alert">
            {problem}
          </p>
        )}
        <Group gap={6}>
          {busy ? (
            <Button
              size="xs"
              variant="default"
              data-testid="stop-sweep"
              loading={state === 'stopping'}
              onClick={() => void stop()}
            >
              Stop
            </Button>
          ) : (
            <Button
              size="xs"
              data-testid="start-sweep"
              disabled={!sweep || !ready || training || racing}
              onClick={() => sweep && void start(resumes ? made : sweep, adapterName(adapter))}
            >
              {resumes ? 'Resume' : `Start ${count} runs`}
            </Button>
          )}
          <Button
            size="xs"
            variant="default"
            disabled={!sweep}
            onClick={() => sweep && download('sweep.json', `${JSON.stringify(sweep, null, 2)}\n`)}
          >
            Export sweep.json
          </Button>
        </Group>
      </div>
      {training && <p className="hint">A run is active. Pause or stop it first.</p>}
      {racing && <p className="hint">A race is using the GPU. Pause or stop it first.</p>}
      <SweepFile busy={busy} />
      <p className="hint">To run this comparison on the command line: npm run cli -- compare sweep.json --output DIR</p>
    </>
  );
}

import { Button, FileButton, Group, NativeSelect, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { armsOf, countRuns, parseSweep, type Measure, type Sweep } from '../../compare/sweep.ts';
import { MEASURES } from '../../compare/sweep-view.ts';
import { StudioError } from '../../errors.ts';
import { defaultSweepName } from '../../run/run-name.ts';
import { distinctLabels } from '../../run/strategies/distinct-labels.ts';
import { resolveStrategy } from '../../run/strategies/strategy-config.ts';
import { adapterName } from '../../store/archive.ts';
import { isComparing, sameComparison, useCompare } from '../../store/compare-store.ts';
import { entryProblem, useEntries } from '../../store/entry-store.ts';
import { isRacing, useRace } from '../../store/race-store.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { useRun } from '../../store/run-store.ts';
import { download } from '../download.ts';
import { parseSeeds } from '../inputs/parse-seeds.ts';
import { StrategyPicker } from '../objective/StrategyPicker.tsx';
import { baseText, evaluated } from './base-text.ts';
import { clipRangesText } from './clip-ranges.ts';
import { varyOf } from './vary-rows.ts';
import { VaryRows } from './VaryRows.tsx';

/** Settings of a new comparison, with what would be wrong with it, and its start. */
export function SweepSetUp() {
  const { strategies, setStrategies, seeds, setSeeds, state, start, stop, runs, sweep: made } = useCompare();
  const { vary, combine, tune, tuneSeeds, measure, given, set } = useCompare();
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
      <section className="section">
        <h2 className="section-title">Strategies</h2>
        <StrategyPicker strategies={strategies} scope="compare" onChange={setStrategies} disabled={busy} />
        <p className="hint">The first strategy is the baseline. {clipRangesText(strategies)}</p>
      </section>
      <section className="section">
        <h2 className="section-title">Varied fields</h2>
        <VaryRows
          rows={vary}
          name="varied"
          disabled={busy}
          combine={combine}
          onCombine={(value) => set({ combine: value })}
          onChange={(rows) => set({ vary: rows })}
        />
        <p className="hint">Each strategy is trained with every combination of these values.</p>
      </section>
      <section className="section">
        <h2 className="section-title">Tuning</h2>
        <VaryRows rows={tune} name="tuned" disabled={busy} onChange={(rows) => set({ tune: rows })} />
        {tune.length > 0 && (
          <TextInput
            size="xs"
            label="Tuning seeds"
            value={tuneSeeds}
            disabled={busy}
            onChange={(event) => set({ tuneSeeds: event.currentTarget.value })}
          />
        )}
        <p className="hint">
          Gives each arm its own best value, such as its learning rate, on seeds of their own, before the arms are
          compared on the seeds below.
        </p>
      </section>
      <section className="section">
        <TextInput
          size="xs"
          label="Seeds"
          description="Use at least 3 seeds for a verdict, better 5."
          value={seeds}
          disabled={busy}
          onChange={(event) => setSeeds(event.currentTarget.value)}
        />
        <NativeSelect
          size="xs"
          mt={6}
          label="Compared by"
          value={measure}
          disabled={busy}
          data={Object.entries(MEASURES).map(([value, label]) => ({ value, label: `Held-out ${label}` }))}
          onChange={(event) => set({ measure: event.currentTarget.value as Measure })}
        />
      </section>
      <section className="section">
        <h2 className="section-title">Other settings</h2>
        <p className="hint">
          From the recipe on the Train page
          {checked?.rl && `: ${baseText(checked)}`}.
        </p>
        {sweep &&
          new Set(armsOf(sweep).flatMap(({ strategy }) => (strategy ? resolveStrategy(strategy).aggregation : [])))
            .size > 1 &&
          !checked?.rl?.aggregation && (
            <p className="note warning">
              These strategies aggregate token losses differently by default. Set the aggregation in the recipe to
              compare only the gradient weights.
            </p>
          )}
      </section>
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

/** A sweep from a file, in place of the settings above it: it may vary what the page has no field for. */
function SweepFile({ busy }: { busy: boolean }) {
  const { given, givenFrom, set } = useCompare();
  const [problem, setProblem] = useState<string>();
  const open = async (file: File | null) => {
    if (!file) return;
    try {
      set({ given: parseSweep(JSON.parse(await file.text()), file.name), givenFrom: 'a file' });
      setProblem(undefined);
    } catch (error) {
      setProblem(error instanceof StudioError ? error.message : `${file.name}: not JSON: ${String(error)}`);
    }
  };
  return (
    <>
      <Group gap={6} mt={6}>
        <FileButton accept="application/json,.json" onChange={(file) => void open(file)} disabled={busy}>
          {(props) => (
            <Button {...props} size="xs" variant="default" disabled={busy}>
              Open sweep.json
            </Button>
          )}
        </FileButton>
        {given && (
          <Button size="xs" variant="subtle" disabled={busy} onClick={() => set({ given: undefined })}>
            Use the settings above
          </Button>
        )}
      </Group>
      {problem !== undefined && (
        <p className="field-problem" role="alert">
          {problem}
        </p>
      )}
      {given && (
        <p className="hint" data-testid="given-sweep">
          {given.name}: {armsOf(given).length} arms, seeds {given.seeds.join(', ')}, from {givenFrom}. Its own recipe is
          used.
        </p>
      )}
    </>
  );
}

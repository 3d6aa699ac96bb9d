import './compare.css';
import { Button, Group, TextInput } from '@mantine/core';
import { useMemo } from 'react';
import { curvesOf, summarize } from '../../compare/summary.ts';
import { parseSweep, type Sweep } from '../../compare/sweep.ts';
import { runsCsv } from '../../compare/table.ts';
import { SWEEP_CURVES } from '../../compare/sweep-view.ts';
import { StudioError } from '../../errors.ts';
import { defaultSweepName, fileNameOf } from '../../run/run-name.ts';
import { distinctLabels } from '../../run/strategies/distinct-labels.ts';
import { resolveStrategy } from '../../run/strategies/strategy-config.ts';
import { adapterName } from '../../store/archive.ts';
import { isComparing, sameComparison, useCompare } from '../../store/compare-store.ts';
import { entryProblem, useEntries } from '../../store/entry-store.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { useRun } from '../../store/run-store.ts';
import { Smoothing } from '../charts/Smoothing.tsx';
import { download } from '../download.ts';
import { MainColumn } from '../MainColumn.tsx';
import { seriesColor } from '../palette.ts';
import { parseSeeds } from '../inputs/parse-seeds.ts';
import { StrategyPicker } from '../objective/StrategyPicker.tsx';
import { BandChart } from './BandChart.tsx';
import { clipRangesText } from './clip-ranges.ts';
import { RunMatrix } from './RunMatrix.tsx';
import { SummaryTable } from './SummaryTable.tsx';
import { WorkColumns } from '../WorkColumns.tsx';

/** Strategies x seeds on one recipe, as one job. */
export function ComparePage() {
  const { runs, sweep, state, error } = useCompare();
  const labels = useMemo(() => sweep?.strategies.map(({ label }) => label) ?? [], [sweep]);
  const begun = useMemo(() => runs.filter(({ records }) => records.length > 0), [runs]);
  const summary = useMemo(() => {
    const ended = runs.filter((run) => run.state === 'done' || run.state === 'broken');
    return sweep && ended.length > 0 ? summarize(labels, ended, sweep.baseline, sweep.confidence) : undefined;
  }, [runs, sweep, labels]);
  return (
    <WorkColumns className="page two-columns" name="Comparison" jump="Strategies, seeds and steps" side={<SetUp />}>
      <MainColumn label="Results">
        {state === 'failed' && error && (
          <p className="note warning" role="alert">
            {error.message} {error.advice}
          </p>
        )}
        {!sweep || runs.length === 0 ? (
          <div className="card card-empty" style={{ height: 320 }}>
            <div>
              <p>
                <b>Is one strategy better than another here?</b>
              </p>
              <p>
                Choose strategies and seeds, then start. All runs start from the same checkpoint; runs with the same
                seed use the same problems and sampling seeds. The table says “better” only if the confidence interval
                of the difference excludes 0.
              </p>
            </div>
          </div>
        ) : (
          <>
            <RunMatrix sweep={sweep} runs={runs} />
            <Unfinished sweep={sweep} />
            {summary && (
              <section className="card" style={{ marginTop: 12 }}>
                <h3 className="card-title">
                  After {summary.strategies.reduce((sum, one) => sum + one.runs.length, 0)} of {runs.length} runs
                  <Button
                    size="compact-xs"
                    variant="default"
                    onClick={() => download(`${fileNameOf(sweep.name)}.csv`, runsCsv(summary))}
                  >
                    Export runs as CSV
                  </Button>
                </h3>
                <SummaryTable summary={summary} />
              </section>
            )}
            <div className="compare-bar">
              <ul className="legend">
                {labels.map((label, i) => (
                  <li key={label}>
                    <i style={{ background: seriesColor(i) }} />
                    {label}
                  </li>
                ))}
              </ul>
              <Smoothing />
            </div>
            <div className="cards">
              {SWEEP_CURVES.map((chart) => (
                <BandChart
                  key={chart.metric}
                  chart={chart}
                  curves={curvesOf(labels, begun, chart.phase, chart.metric, sweep.confidence)}
                  labels={labels}
                  seeds={sweep.seeds.length}
                  comparison={sweep.name}
                />
              ))}
            </div>
          </>
        )}
      </MainColumn>
    </WorkColumns>
  );
}

/** An unfinished stored comparison whose settings differ from those on the left. */
function Unfinished({ sweep }: { sweep: Sweep }) {
  const waiting = useCompare(({ runs, state }) =>
    isComparing({ state }) ? 0 : runs.filter((run) => run.state === 'waiting').length,
  );
  const adapter = useRun((run) => run.adapter);
  const ready = useRun(
    (run) =>
      run.adapter !== undefined && run.models.length > 0 && !['running', 'pausing', 'preparing'].includes(run.state),
  );
  if (waiting === 0) return null;
  return (
    <p className="note unfinished" data-testid="unfinished">
      {waiting} of its runs {waiting === 1 ? 'is' : 'are'} not done. Resume runs {waiting === 1 ? 'it' : 'them'} with
      the comparison’s original recipe.
      <Button
        size="compact-xs"
        variant="default"
        disabled={!ready}
        onClick={() => void useCompare.getState().start(sweep, adapterName(adapter))}
      >
        Resume
      </Button>
    </p>
  );
}

function SetUp() {
  const { strategies, setStrategies, seeds, setSeeds, state, start, stop, runs, sweep: made } = useCompare();
  const checked = useRecipe((recipe) => recipe.checked);
  const recipeProblem = useRecipe((recipe) => Object.values(recipe.problems)[0]);
  const ownName = useRecipe((recipe) => recipe.config.name);
  const wrong = useEntries(entryProblem('compare'));
  const adapter = useRun((run) => run.adapter);
  const ready = useRun((run) => run.adapter !== undefined && run.models.length > 0);
  const training = useRun((run) => run.state === 'running' || run.state === 'pausing' || run.state === 'preparing');
  const busy = isComparing({ state });
  const [sweep, problem] = useMemo((): [Sweep | undefined, string | undefined] => {
    if (recipeProblem !== undefined) return [undefined, `The recipe on the Train page has a problem. ${recipeProblem}`];
    if (!checked?.rl) return [undefined, 'The recipe on the Train page needs a valid RL stage.'];
    const numbers = parseSeeds(seeds);
    if ('problem' in numbers) return [undefined, numbers.problem];
    if (wrong !== undefined) return [undefined, wrong];
    try {
      const labels = distinctLabels(strategies);
      const base = { ...checked, evaluation: checked.evaluation ?? { every: 10, problems: 256, samples: 1 } };
      return [
        parseSweep(
          {
            name: ownName ?? defaultSweepName(checked, strategies),
            base,
            strategies: strategies.map((strategy, i) => ({ label: labels[i], strategy })),
            seeds: numbers.seeds,
          },
          'comparison',
        ),
        undefined,
      ];
    } catch (error) {
      return [undefined, error instanceof StudioError ? error.message.replace(/^comparison: /, '') : String(error)];
    }
  }, [checked, strategies, seeds, ownName, wrong, recipeProblem]);
  const count = sweep ? sweep.strategies.length * sweep.seeds.length : 0;
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
        <TextInput
          size="xs"
          label="Seeds"
          description="Use at least 3 seeds for a verdict, better 5."
          value={seeds}
          disabled={busy}
          onChange={(event) => setSeeds(event.currentTarget.value)}
        />
      </section>
      <section className="section">
        <h2 className="section-title">Other settings</h2>
        <p className="hint">
          From the recipe on the Train page
          {checked?.rl && (
            <>
              : {'checkpoint' in checked.model ? checked.model.checkpoint : 'new model'}, {checked.rl.steps} steps,{' '}
              {checked.rl.prompts} × {checked.rl.responses} responses, {checked.rl.minibatches * checked.rl.epochs}{' '}
              updates each, learning rate {checked.rl.learning_rate.toExponential()}
            </>
          )}
          .
        </p>
        {sweep &&
          new Set(sweep.strategies.map(({ strategy }) => resolveStrategy(strategy).aggregation)).size > 1 &&
          !checked?.rl?.aggregation && (
            <p className="note warning">
              These strategies aggregate token losses differently by default. Set the aggregation in the recipe to
              compare only the gradient weights.
            </p>
          )}
      </section>
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
            disabled={!sweep || !ready || training}
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
      {training && <p className="hint">A run is active. Pause or stop it first.</p>}
      <p className="hint">To run this comparison on the command line: npm run cli -- compare sweep.json --output DIR</p>
    </>
  );
}

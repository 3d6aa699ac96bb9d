import './objective.css';
import { Loader } from '@mantine/core';
import { lazy, Suspense, useMemo, useState } from 'react';
import type { CurveAnswer, CurvePoint } from '../../views/strategy-views.ts';
import { ZONES } from '../../run/step-record.ts';
import type { TokenScatter } from '../../views/run-view.ts';
import { distinctLabels } from '../../run/strategies/distinct-labels.ts';
import { plainBand, resolveStrategy, type StrategyConfig } from '../../run/strategies/strategy-config.ts';
import { describeStrategy } from '../../run/strategies/distinct-labels.ts';
import { useObjective } from '../../store/objective-store.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { useRun } from '../../store/run-store.ts';
import { MainColumn } from '../MainColumn.tsx';
import { WorkColumns } from '../WorkColumns.tsx';
import { percent } from '../format.ts';
import { seriesColor } from '../palette.ts';
import { StrategySection } from '../recipe/StrategySection.tsx';
import { ZoneLegend } from '../ZoneLegend.tsx';
import { CURVE_RANGE, CurveChart, type CurveLine, type TokenDot } from './CurveChart.tsx';
import { CurveLegend } from './CurveLegend.tsx';
import { DensityCard } from './DensityCard.tsx';
import { handlesOf } from './handles.ts';
import { StrategyInfo } from './StrategyInfo.tsx';
import { StrategyPicker } from './StrategyPicker.tsx';
import { TokenSettings } from './TokenSettings.tsx';
import { useCurves, type CurveRequest } from './use-curves.ts';

// The editor is large, and only needed to write a custom strategy.
const StrategyEditor = lazy(() =>
  import('./StrategyEditor.tsx').then((module) => ({ default: module.StrategyEditor })),
);

const POINTS = 321;
const LOG_RATIOS = Array.from({ length: POINTS }, (_, i) => (2 * (i / (POINTS - 1)) - 1) * CURVE_RANGE);

/**
 * Surrogate and gradient weight as curves over the ratio, by the functions used in training, with the run's tokens on
 * them.
 */
export function ObjectivePage() {
  const own = useRecipe((recipe) => recipe.config.rl?.strategy);
  const ready = useRun((run) => run.adapter !== undefined);
  const scatter = useRun((run) => run.frame?.scatter);
  const step = useRun((run) => run.frame?.tokenStep);
  const trained = useRun((run) => run.running?.rl?.strategy);
  const [pointed, setPointed] = useState<number>();
  const { overlays, oldProbability, entropyRatio, length, setOverlays } = useObjective();
  const strategies: StrategyConfig[] = useMemo(() => (own ? [own, ...overlays] : overlays), [own, overlays]);
  const requests = useMemo((): CurveRequest[] => {
    const along = (advantage: number): CurvePoint[] =>
      LOG_RATIOS.map((logRatio) => ({
        logRatio,
        advantage,
        oldLogprob: Math.log(oldProbability),
        entropyRatio,
        length,
      }));
    return strategies.map((strategy) => ({ strategy, points: [...along(1), ...along(-1)] }));
  }, [strategies, oldProbability, entropyRatio, length]);
  const curves = useCurves(requests, ready);
  const tokenRequests = useMemo((): CurveRequest[] => {
    if (!scatter || !own || JSON.stringify(own) === JSON.stringify(trained)) return [];
    return [
      {
        strategy: own,
        points: Array.from(scatter.logRatio, (logRatio, i) => ({
          logRatio,
          advantage: scatter.advantage[i] ?? 0,
          oldLogprob: Math.log(Math.max(1e-8, scatter.probability[i] ?? 1)),
          length: scatter.length[i] ?? 1,
        })),
      },
    ];
  }, [scatter, own, trained]);
  const asked = useCurves(tokenRequests, ready && tokenRequests.length > 0);
  // The run recorded the weights of its own strategy; those of another one are computed.
  const tokens = useMemo((): Tokens => {
    if (!scatter) return { points: [], answers: [] };
    if (JSON.stringify(own) === JSON.stringify(trained)) return tokensOf(scatter);
    return { points: asked.requests[0]?.points ?? [], answers: asked.curves[0]?.answers ?? [] };
  }, [scatter, own, trained, asked]);
  const names = useMemo(() => distinctLabels(curves.requests.map(({ strategy }) => strategy)), [curves]);
  const lines = (offset: number): CurveLine[] =>
    curves.requests.map((_, i) => ({
      name: names[i] ?? '',
      color: seriesColor(i),
      logRatios: LOG_RATIOS,
      answers: curves.curves[i]?.answers.slice(offset, offset + POINTS) ?? [],
    }));
  const problems = curves.requests.flatMap((_, i) =>
    curves.curves[i]?.problem === undefined ? [] : [`${names[i] ?? ''} is not plotted: ${curves.curves[i].problem}`],
  );
  const band = own && plainBand(resolveStrategy(own));
  const set = (parameter: string, value: number) => useRecipe.getState().set(`rl.strategy.${parameter}`, value);
  const side = (
    <>
      {own ? <StrategySection /> : <p className="hint">The recipe has no RL stage.</p>}
      <section className="section">
        <h2 className="section-title">Overlaid strategies</h2>
        <StrategyPicker
          strategies={overlays}
          scope="objective"
          onChange={setOverlays}
          fixed={own ? [{ strategy: own, note: 'recipe' }] : []}
        />
      </section>
      <TokenSettings />
      {own && (
        <section className="section">
          <h2 className="section-title">About {describeStrategy(own)}</h2>
          <StrategyInfo strategy={own} />
        </section>
      )}
    </>
  );
  return (
    <WorkColumns className="page two-columns" name="Strategies" jump="Strategies and parameters" side={side}>
      <MainColumn label="Curves">
        {[...(curves.error === undefined ? [] : [curves.error]), ...problems].map((problem) => (
          <p key={problem} className="note warning" role="alert">
            {problem}
          </p>
        ))}
        <LiveTokens answers={tokens.answers} points={tokens.points} step={step} />
        <div className="cards">
          {([1, -1] as const).map((advantage) => (
            <section
              key={advantage}
              className="card"
              aria-label={advantage > 0 ? 'Positive advantage' : 'Negative advantage'}
            >
              <h3 className="card-title">
                {advantage > 0 ? 'Positive advantage, A > 0' : 'Negative advantage, A < 0'}{' '}
                <small>{advantage > 0 ? 'raises the probability' : 'lowers the probability'}</small>
              </h3>
              {curves.curves.length === 0 ? (
                <div className="card-empty" style={{ height: 480 }}>
                  <Loader size="sm" />
                </div>
              ) : (
                <>
                  <CurveLegend lines={lines(advantage > 0 ? 0 : POINTS)} pointed={pointed} surrogate={surrogate} />
                  <CurveChart
                    title={`gradient weight w, ${advantage > 0 ? 'A > 0' : 'A < 0'}`}
                    lines={lines(advantage > 0 ? 0 : POINTS)}
                    height={(answer) => answer.weight}
                    range={[0, 3]}
                    handles={own ? handlesOf(own, advantage > 0, true, set) : []}
                    dots={dotsOf(tokens, advantage)}
                    band={band}
                    pointed={pointed}
                    onPoint={setPointed}
                  />
                  <CurveChart
                    title={`surrogate J relative to r = 1, ${advantage > 0 ? 'A = 1' : 'A = −1'}`}
                    lines={lines(advantage > 0 ? 0 : POINTS)}
                    height={surrogate}
                    range={[-2, 2]}
                    handles={own ? handlesOf(own, advantage > 0, false, set) : []}
                    dots={[]}
                    band={band}
                    pointed={pointed}
                    onPoint={setPointed}
                  />
                </>
              )}
            </section>
          ))}
          <DensityCard />
          <section className="card">
            <h3 className="card-title">How to read this</h3>
            <p className="hint">
              The ratio r is a token’s probability now divided by its probability when it was sampled. Its policy
              gradient is scaled by <b>w · A</b>, gradient weight times advantage. Drag the blue handles to change ε and
              β. Inside the clip range PPO and GPPO have w = r; outside it PPO has w = 0, and GPPO a bounded weight.
            </p>
            <p className="hint">
              Points are tokens of the run’s newest step, with the gradient weight that the recipe’s current strategy
              gives them. Strategies that clip whole responses place points beside the curve, because the curve assumes
              that all tokens of a response have the same ratio. Dashed lines are the overlaid strategies.
            </p>
            <ZoneLegend zones={['positive-high', 'negative-low', 'positive-low', 'negative-high', 'inside']} />
          </section>
        </div>
        <Suspense fallback={<Loader size="sm" mt="md" />}>
          <StrategyEditor />
        </Suspense>
      </MainColumn>
    </WorkColumns>
  );
}

/** Only differences of the surrogate have a meaning: strategies start it at different values. */
const surrogate = (answer: CurveAnswer, line: CurveLine): number =>
  answer.value - (line.answers[(POINTS - 1) / 2]?.value ?? 0);

interface Tokens {
  points: readonly CurvePoint[];
  answers: readonly Pick<CurveAnswer, 'weight' | 'zone'>[];
}

/** Weights and zones of the run's tokens, as recorded during training. */
function tokensOf({ logRatio, advantage, probability, weight, zone }: TokenScatter): Tokens {
  return {
    points: Array.from(logRatio, (log, i) => ({
      logRatio: log,
      advantage: advantage[i] ?? 0,
      oldLogprob: Math.log(Math.max(1e-8, probability[i] ?? 1)),
    })),
    answers: Array.from(weight, (w, i) => ({ weight: w, zone: ZONES[zone[i] ?? 0] ?? 'inside' })),
  };
}

function dotsOf({ points, answers }: Tokens, sign: 1 | -1): TokenDot[] {
  return points.flatMap((point, i) => {
    const answer = answers[i];
    return answer && Math.sign(point.advantage) === sign
      ? [{ logRatio: point.logRatio, height: answer.weight, zone: answer.zone }]
      : [];
  });
}

/** The effect of the recipe's current strategy on the run's tokens. */
function LiveTokens({ answers, points, step }: Tokens & { step: number | undefined }) {
  const counted = answers.flatMap((answer, i) =>
    points[i]?.advantage ? [{ answer, mass: Math.abs(answer.weight * (points[i]?.advantage ?? 0)) }] : [],
  );
  if (counted.length === 0)
    return <p className="note">Start a run on the Train page to see its tokens on these curves.</p>;
  const silent = counted.filter(({ answer }) => answer.weight === 0).length;
  const mass = counted.reduce((sum, one) => sum + one.mass, 0);
  const preserved = counted.filter(({ answer: { zone } }) => zone === 'positive-high' || zone === 'negative-low');
  const kept = preserved.reduce((sum, one) => sum + one.mass, 0);
  return (
    <p className="note" data-testid="live-tokens">
      Of {counted.length.toLocaleString('en')} tokens of step {step},{' '}
      <b>{percent(preserved.length / counted.length)}</b> are clipped by this strategy,{' '}
      <b>{percent(silent / counted.length)}</b> get no gradient, and <b>{percent(mass > 0 ? kept / mass : 0)}</b> of the
      gradient mass Σ|w A| comes from clipped tokens.
    </p>
  );
}

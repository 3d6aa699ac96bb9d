import './what-if.css';
import { Button, Group } from '@mantine/core';
import { formatMetric, metricOf } from '../../run/metrics/lookup.ts';
import { distinctLabels } from '../../run/strategies/distinct-labels.ts';
import type { WhatIf } from '../../views/what-if.ts';
import { entryProblem, useEntries } from '../../store/entry-store.ts';
import { useRun } from '../../store/run-store.ts';
import { useWhatIf } from '../../store/what-if-store.ts';
import { compact } from '../format.ts';
import { Dialog } from '../Dialog.tsx';
import { StrategyPicker } from '../objective/StrategyPicker.tsx';
import { MetricTerm } from '../learn/MetricTerm.tsx';
import { Term } from '../learn/Term.tsx';
import { seriesColor } from '../palette.ts';
import { DisagreementRow } from './DisagreementRow.tsx';
import { Matrix } from './Matrix.tsx';
import { ZoneBar } from '../ZoneBar.tsx';
import { Table } from '../Table.tsx';

/** Compares strategies on the last minibatch of a paused or ended run. */
export function WhatIfPanel() {
  const { opened, close, strategies, setStrategies, busy, ask, result, error } = useWhatIf();
  const own = useRun((run) => run.running?.rl?.strategy);
  const wrong = useEntries(entryProblem('what-if'));
  const activity = useRun((run) => run.frame?.activity);
  if (!own) return null;
  return (
    <Dialog opened={opened} onClose={close} title="Compare strategies on this batch" size="min(1180px, 96vw)">
      <div className="what-if">
        <div>
          <p className="hint">
            Computes each strategy’s gradient and update on the run’s last minibatch, starting from the weights and
            optimizer state before that update. To analyse a saved checkpoint, select it as the model and run one step.
          </p>
          <StrategyPicker
            strategies={strategies}
            scope="what-if"
            onChange={setStrategies}
            fixed={[{ strategy: own, note: 'the run’s' }]}
            disabled={busy}
          />
          <Group gap={6} mt="sm">
            <Button
              size="xs"
              loading={busy}
              disabled={wrong !== undefined}
              onClick={() => void ask()}
              data-testid="compare-strategies"
            >
              {result ? 'Compare again' : 'Compare'}
            </Button>
            {busy && (
              <Button size="xs" variant="default" onClick={close}>
                Cancel
              </Button>
            )}
          </Group>
          {busy && <p className="hint">{activity}</p>}
          {error && (
            <p className="note warning" role="alert">
              {error.message} {error.advice}
            </p>
          )}
        </div>
        {result ? (
          <Answer result={result} />
        ) : (
          <div className="card-empty">
            Results appear here: gradient norms, cosines, and the predicted and measured change in reward
          </div>
        )}
      </div>
    </Dialog>
  );
}

function Answer({ result }: { result: WhatIf }) {
  const names = distinctLabels(result.strategies.map(({ config }) => config));
  const { problems, samples, before } = result.measuredOn;
  const widest = Math.max(
    ...result.strategies.flatMap(({ predicted, measured }) => [
      Math.abs(predicted.mean) + (predicted.error || 0),
      Math.abs(measured.mean) + (measured.error || 0),
    ]),
    1e-6,
  );
  return (
    <div data-testid="what-if-answer">
      <p className="hint">
        Step {result.step}, update {result.minibatch}: {result.responses} responses,{' '}
        {result.tokens.toLocaleString('en')} tokens. Mean reward before it: {formatMetric('critic/score/mean', before)}.
      </p>
      <Table
        heads={[
          'strategy',
          <MetricTerm metric="actor/grad_norm">{metricOf('actor/grad_norm').short}</MetricTerm>,
          <MetricTerm metric="gradient/preserved_share">{metricOf('gradient/preserved_share').short}</MetricTerm>,
          <>
            <Term id="gradient-mass">gradient mass</Term> by <Term id="zone">zone</Term>
          </>,
          'predicted reward change',
          'measured reward change',
        ]}
      >
        {result.strategies.map((strategy, i) => (
          <tr key={strategy.label}>
            <th scope="row">
              <i className="swatch" style={{ background: seriesColor(i) }} />
              {names[i]}
            </th>
            {strategy.failed ? (
              <td colSpan={5}>{strategy.failed}</td>
            ) : (
              <>
                <td>{formatMetric('actor/grad_norm', strategy.gradientNorm)}</td>
                <td>{formatMetric('gradient/preserved_share', strategy.preservedShare)}</td>
                <td>
                  <ZoneBar zones={strategy.zones} />
                </td>
                <td>
                  <Change estimate={strategy.predicted} widest={widest} />
                </td>
                <td>
                  <Change estimate={strategy.measured} widest={widest} />
                </td>
              </>
            )}
          </tr>
        ))}
      </Table>
      <p className="hint">
        Predicted: first-order estimate, the policy gradient of the expected reward (on fresh rollouts) times the
        update. Measured: {problems} problems × {samples} samples, the same before and after. ± is one standard error; a
        difference below two standard errors is not significant.
      </p>
      <div className="what-if-matrices">
        <Matrix title="Gradient cosine" names={names} values={result.cosine} format={(value) => value.toFixed(3)} />
        <Matrix
          title="Sign agreement, share of parameters"
          names={names}
          values={result.signAgreement}
          format={(value) => `${(100 * value).toFixed(1)} %`}
        />
      </div>
      <h3 className="section-title">
        Tokens with the largest difference in <Term id="gradient-weight">gradient weight w</Term>
      </h3>
      {result.disagreements.length === 0 && (
        <p className="hint">All strategies give every token of this minibatch the same gradient weight.</p>
      )}
      {result.disagreements.length > 0 && (
        <Table
          heads={[
            'token',
            <Term id="ratio">ratio r</Term>,
            <Term id="advantage">advantage A</Term>,
            ...names.map((name) => `w: ${name}`),
          ]}
        >
          {result.disagreements.map((one, i) => (
            <DisagreementRow key={i} {...one} texts={one.response} />
          ))}
        </Table>
      )}
    </div>
  );
}

/** A change of the reward with its error, as a number and as a bar around 0. */
function Change({ estimate: { mean, error }, widest }: { estimate: { mean: number; error: number }; widest: number }) {
  const [half, width] = [45, 90];
  const x = (value: number) => half + (value / widest) * half;
  const sure = Number.isFinite(error) && Math.abs(mean) > 2 * error;
  return (
    <span className="change">
      <svg viewBox={`0 0 ${width} 14`} width={width} height={14} aria-hidden>
        <line x1={half} x2={half} y1={0} y2={14} stroke="var(--line)" />
        {Number.isFinite(error) && (
          <line x1={x(mean - error)} x2={x(mean + error)} y1={7} y2={7} stroke="var(--dim)" strokeWidth={1.5} />
        )}
        <circle cx={x(mean)} cy={7} r={3.5} fill={sure ? (mean > 0 ? 'var(--good)' : 'var(--bad)') : 'var(--dim)'} />
      </svg>
      {mean > 0 ? '+' : mean < 0 ? '−' : ''}
      {compact(Math.abs(mean))} {Number.isFinite(error) && <span className="aside">± {compact(error)}</span>}
    </span>
  );
}

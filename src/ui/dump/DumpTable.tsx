import { Loader } from '@mantine/core';
import { useDump } from '../../store/dump-store.ts';
import { formatMetric, metricOf } from '../../run/metrics/lookup.ts';
import { distinctLabels } from '../../run/strategies/distinct-labels.ts';
import { percent } from '../format.ts';
import { MetricTerm } from '../learn/MetricTerm.tsx';
import { Term } from '../learn/Term.tsx';
import { seriesColor } from '../palette.ts';
import { Table } from '../Table.tsx';
import { DisagreementRow } from '../what-if/DisagreementRow.tsx';
import { Matrix } from '../what-if/Matrix.tsx';
import '../what-if/what-if.css';
import { ZoneBar } from '../ZoneBar.tsx';

/** Strategies on the tokens of the chosen step. */
export function DumpTable() {
  const { comparison, busy } = useDump();
  if (!comparison)
    return busy ? (
      <div className="card card-empty">
        <Loader size="sm" />
      </div>
    ) : null;
  const { strategies, step, tokens, disagreements, cosine } = comparison;
  const names = distinctLabels(strategies.map(({ config }) => config));
  return (
    <section className="card" aria-label="Compare strategies on this batch" aria-busy={busy} data-testid="dump-table">
      <h3 className="card-title">
        Compare strategies on this batch{' '}
        <small>
          step {step}, {tokens.toLocaleString('en')} tokens
        </small>
      </h3>
      <Table
        heads={[
          'strategy',
          <MetricTerm metric="actor/pg_clipfrac">{metricOf('actor/pg_clipfrac').short}</MetricTerm>,
          <MetricTerm metric="clip_ratio/low_mean">{metricOf('clip_ratio/low_mean').short}</MetricTerm>,
          <MetricTerm metric="clip_ratio/high_mean">{metricOf('clip_ratio/high_mean').short}</MetricTerm>,
          <MetricTerm metric="gradient/preserved_share">{metricOf('gradient/preserved_share').short}</MetricTerm>,
          'tokens without gradient',
          <>
            <Term id="gradient-mass">gradient mass</Term> by <Term id="zone">zone</Term>
          </>,
          'mass relative to w = r',
        ]}
      >
        {strategies.map((strategy, i) => (
          <tr key={strategy.label} data-testid={`dump-strategy-${strategy.config.name}`}>
            <th scope="row">
              <i className="swatch" style={{ background: seriesColor(i) }} />
              {names[i]}
            </th>
            {strategy.failed ? (
              <td colSpan={7}>{strategy.failed}</td>
            ) : (
              <>
                {(['actor/pg_clipfrac', 'clip_ratio/low_mean', 'clip_ratio/high_mean'] as const).map((name) => (
                  <td key={name}>{formatMetric(name, strategy.metrics[name] ?? NaN)}</td>
                ))}
                <td>{formatMetric('gradient/preserved_share', strategy.metrics['gradient/preserved_share'] ?? NaN)}</td>
                <td>{percent(strategy.silent)}</td>
                <td>
                  <ZoneBar zones={strategy.zones} />
                </td>
                <td>{Number.isFinite(strategy.massRatio) ? percent(strategy.massRatio) : '–'}</td>
              </>
            )}
          </tr>
        ))}
      </Table>
      <p className="hint">
        At the level of log-probs, without a model: a gradient here is that with respect to the log-prob of each token.
        Gradient norms and changes of the reward need the model.
      </p>
      <div className="dump-matrix">
        <Matrix
          title="Cosine of the gradients by log-prob"
          names={names}
          values={cosine}
          format={(value) => value.toFixed(3)}
        />
      </div>
      {disagreements.length > 0 && (
        <>
          <h3 className="section-title">
            Tokens with the largest difference in <Term id="gradient-weight">gradient weight w</Term>
          </h3>
          <Table
            heads={[
              'token',
              <Term id="ratio">ratio r</Term>,
              <Term id="advantage">advantage A</Term>,
              ...names.map((name) => `w: ${name}`),
            ]}
          >
            {disagreements.map((one, i) => (
              <DisagreementRow key={i} {...one} />
            ))}
          </Table>
        </>
      )}
    </section>
  );
}

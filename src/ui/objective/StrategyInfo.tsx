import { Fragment } from 'react';
import katex from 'katex';
import 'katex/dist/katex.min.css';
import { rangeText } from '../../run/config/fields.ts';
import { DESCRIPTIONS } from '../../run/strategies/descriptions.ts';
import {
  parameterDefaultText,
  strategyInfo,
  type BuiltInStrategy,
  type StrategyConfig,
} from '../../run/strategies/strategy-config.ts';

/** Facts about a strategy: formula, parameters, strength and weakness, paper, reference code. */
export function StrategyInfo({ strategy }: { strategy: StrategyConfig }) {
  if (strategy.name === 'custom') return <p className="hint">Custom strategy. Its source is in the editor below.</p>;
  const name = strategy.name as BuiltInStrategy;
  const info = { ...strategyInfo(name), ...DESCRIPTIONS[name] };
  return (
    <div className="strategy-info" data-testid="strategy-info">
      <p>{info.summary}</p>
      <div
        className="formula"
        dangerouslySetInnerHTML={{
          __html: katex.renderToString(info.formula, {
            displayMode: true,
            throwOnError: false,
            output: 'htmlAndMathml',
          }),
        }}
      />
      <dl className="facts">
        {Object.values(info.parameters).map((parameter) => (
          <Fragment key={parameter.label}>
            <dt>{parameter.label}</dt>
            <dd>
              <b>{parameterDefaultText(parameter)}</b>{' '}
              <span className="aside">
                {rangeText(parameter)}
                {parameter.zonesOnly && ' Sets zones only.'}
              </span>
            </dd>
          </Fragment>
        ))}
        <dt>Aggregation</dt>
        <dd>{info.aggregation}</dd>
        <dt>Strength</dt>
        <dd>{info.goodAt}</dd>
        <dt>Weakness</dt>
        <dd>{info.badAt}</dd>
        <dt>Paper</dt>
        <dd>
          {info.paper.url ? (
            <a href={info.paper.url} target="_blank" rel="noreferrer">
              {info.paper.title}
            </a>
          ) : (
            info.paper.title
          )}
        </dd>
        <dt>Reference</dt>
        <dd>{info.reference}</dd>
      </dl>
    </div>
  );
}

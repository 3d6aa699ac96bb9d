import { Fragment } from 'react';
import katex from 'katex';
import 'katex/dist/katex.min.css';
import { rangeText } from '../../run/config/fields.ts';
import {
  parameterDefaultText,
  strategyInfo,
  type BuiltInStrategy,
  type StrategyConfig,
} from '../../run/strategies/strategy-config.ts';

/** What is known of a strategy: formula, paper, reference code, what it is good and bad at. */
export function StrategyInfo({ strategy }: { strategy: StrategyConfig }) {
  if (strategy.name === 'custom')
    return <p className="hint">A rule of your own: its source stands in the editor below.</p>;
  const info = strategyInfo(strategy.name as BuiltInStrategy);
  return (
    <div className="rule-info" data-testid="rule-info">
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
                {parameter.zonesOnly && ' Only names zones.'}
              </span>
            </dd>
          </Fragment>
        ))}
        <dt>Loss</dt>
        <dd>{info.aggregation}</dd>
        <dt>Good at</dt>
        <dd>{info.goodAt}</dd>
        <dt>Bad at</dt>
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
        <dt>Follows</dt>
        <dd>{info.reference}</dd>
      </dl>
    </div>
  );
}

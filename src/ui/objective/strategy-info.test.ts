import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { STRATEGY_NAMES, strategyInfo } from '../../run/strategies/strategy-config.ts';
import { StrategyInfo } from './StrategyInfo.tsx';

it.each(STRATEGY_NAMES)('%s: formula, parameters, strength, weakness and sources', (name) => {
  const html = renderToStaticMarkup(createElement(StrategyInfo, { strategy: { name } }));
  expect(html).toContain('katex-display');
  // KaTeX draws what it cannot parse in red, with this class.
  expect(html).not.toContain('katex-error');
  const facts = new Map(
    [...html.matchAll(/<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/g)].map(([, label = '', text = '']) => [label, text]),
  );
  const escaped = (text: string) => text.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const parameters = Object.values(strategyInfo(name).parameters).map(({ label }) => escaped(label));
  const labels = [...parameters, 'Aggregation', 'Strength', 'Weakness', 'Paper', 'Reference'];
  expect([...facts.keys()]).toEqual(labels);
  for (const label of labels) expect(facts.get(label), label).toMatch(/\w/);
});

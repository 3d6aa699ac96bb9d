import { expect, it } from 'vitest';
import policyContext from '../../shaders/objective/policy-context.wgsl?raw';
import { STRATEGY_NAMES, strategyInfo } from '../run/strategies/strategy-config.ts';
import { STRATEGY_SOURCES } from './strategy-sources.ts';

it.each(STRATEGY_NAMES)('%s: its WGSL, or the context that it asks for, reads each of its parameters', (name) => {
  const source = STRATEGY_SOURCES[name] + policyContext;
  for (const [key, parameter] of Object.entries(strategyInfo(name).parameters))
    if (!parameter.zonesOnly && !key.startsWith('eps_')) expect(source, key).toContain(`parameters.${key}`);
});

it.each(STRATEGY_NAMES)('%s: its WGSL has one function `strategy`', (name) => {
  expect(STRATEGY_SOURCES[name].match(/\bfn strategy\(/g)).toHaveLength(1);
});

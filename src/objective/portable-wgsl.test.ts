import { expect, it } from 'vitest';
import { DIFFERENCES, PORTABLE } from '../../tests/support/strategy-cases.ts';
import { portabilityProblems } from './portable-wgsl.ts';
import { STRATEGY_SOURCES } from './strategy-sources.ts';

it.each(Object.entries(DIFFERENCES))('names the portable form of WGSL that %s', (_, { source, line, message }) => {
  const problems = portabilityProblems(source);
  expect(problems).toHaveLength(1);
  expect(problems[0]?.line).toBe(line);
  expect(problems[0]?.message).toMatch(message);
});

it.each(Object.entries(PORTABLE))('takes %s', (_, source) => {
  expect(portabilityProblems(source)).toEqual([]);
});

it('takes the WGSL of all built-in strategies', () => {
  for (const [name, source] of Object.entries(STRATEGY_SOURCES)) expect(portabilityProblems(source), name).toEqual([]);
});

it.each(['fn', 'fn f(', 'fn f() -> f32 { loop {', '}}}', 'vec2<', 'const', '(((', 'a.xy =', '--', 'mix(', 'else {}'])(
  'reads the malformed %j without failing',
  (source) => {
    expect(Array.isArray(portabilityProblems(source))).toBe(true);
  },
);

import { describe, expect, it } from 'vitest';
import { METRICS, TIMES } from './declaration.ts';
import { declaredName, formatMetric, metricOf, titleWithUnit } from './lookup.ts';
import { formatValue, UNITS, type Unit } from './units.ts';

describe('what is declared of a metric', () => {
  it('is found by name, for a family with its placeholders filled in', () => {
    expect(metricOf('critic/score/mean')).toMatchObject({ title: 'Reward', source: 'verl' });
    expect(metricOf('zone/positive-high/mass')).toMatchObject({
      title: 'Gradient mass of zone positive-high',
      short: 'positive-high mass',
      unit: 'mass',
    });
    expect(metricOf('gradient_split/other/layers/layer 0/cosine_inside')).toMatchObject({
      short: 'other cosine with inside, layer 0',
    });
    expect(declaredName('zone/inside/entropy')).toBe('zone/<zone>/entropy');
    expect(declaredName('tokens_per_second')).toBe('tokens_per_second');
  });

  it.each(['zone/outside/mass', 'zone/<zone>/mass', 'gradient_split/inside/layers/a/b/norm', 'actor', 'toString'])(
    'is nothing for %s',
    (name) => {
      expect(metricOf(name)).toBeUndefined();
      expect(declaredName(name)).toBeUndefined();
    },
  );

  it('has a title of its own in its phase, a short title, and an explanation that is a sentence', () => {
    const all = Object.entries({ ...METRICS, ...TIMES });
    expect(new Set(all.map(([, { title }]) => title)).size).toBe(all.length);
    for (const [name, { title, short, help }] of all) {
      expect(title, name).toMatch(/^[A-Z]/);
      expect(short.length, name).toBeLessThanOrEqual(title.length);
      expect(help, name).toMatch(/^[A-Z].*\.$/);
    }
  });
});

describe('numbers of a unit', () => {
  it.each<[Unit, number, string]>([
    ['share', 1, '100.0 %'],
    ['share', 0.8437, '84.4 %'],
    ['share', 0.0001, '0.01 %'],
    ['share', 3e-9, '<0.0001 %'],
    ['share', 0, '0.0 %'],
    ['reward', 0.5, '0.5'],
    ['learning rate', 1e-4, '1e-4'],
    ['learning rate', 3e-4, '3e-4'],
    ['learning rate', 2.5e-6, '2.5e-6'],
    ['learning rate', 0, '0'],
    ['nats per token', 0.23841, '0.238'],
    ['nats per token', 1e-7, '1e-7'],
    ['loss', -0.0123, '-0.0123'],
    ['norm', 12_345, '12.3k'],
    ['norm', 1000, '1k'],
    ['norm', 999.7, '1k'],
    ['tokens', 128_456, '128k'],
    ['tokens', 1e6, '1M'],
    ['tokens', 999_900, '1M'],
    ['cosine', -0.3333, '-0.33'],
    ['milliseconds', 1768.4, '1768'],
  ])('%s: %d is written %s', (unit, value, text) => expect(formatValue(unit, value)).toBe(text));

  it.each(Object.keys(UNITS) as Unit[])('%s: no value is written with the exponent of a float', (unit) => {
    for (const value of [0, 1e-9, 1e-5, 0.004, 0.5, 0.996, 1, 7, 100, 4096, 1e5, 1e7])
      expect(formatValue(unit, value)).toMatch(/^<?-?\d+(\.\d+)?(e-?\d+|[kM])?( %)?$/);
  });

  it.each<[Unit, number, string]>([
    ['tokens per second', 112_500, '112.5k'],
    ['tokens', 1000, '1k'],
    ['norm', 2.5, '2.5'],
    ['share', 0.125, '12.5 %'],
    ['reward', 1, '1'],
    ['learning rate', 2e-4, '2e-4'],
    ['nats per token', -0.002, '-0.002'],
    ['nats per token', 5e-4, '5e-4'],
  ])('%s: the tick %d is written %s, with all its digits', (unit, value, text) =>
    expect(UNITS[unit].tick(value)).toBe(text),
  );

  it('a value that is missing is a dash', () => {
    expect(formatMetric('accuracy/greedy', NaN)).toBe('\u2013');
    expect(formatMetric('actor/entropy', NaN)).toBe('\u2013');
  });

  it('a title names the unit that its values do not carry', () => {
    expect(titleWithUnit('actor/entropy')).toBe('Entropy, nats per token');
    expect(titleWithUnit('accuracy/sampled')).toBe('Held-out accuracy, sampled');
  });
});

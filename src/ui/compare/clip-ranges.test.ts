import { expect, it } from 'vitest';
import { DEFAULT_COMPARISON, sameComparison } from '../../store/compare-store.ts';
import { parseSweep } from '../../compare/sweep.ts';
import { distinctLabels } from '../../run/strategies/distinct-labels.ts';
import { clipRangesText } from './clip-ranges.ts';

it('strategies are compared at the same clip range by default, and the page says so', () => {
  expect(distinctLabels(DEFAULT_COMPARISON)).toEqual(['PPO', 'GPPO']);
  expect(clipRangesText(DEFAULT_COMPARISON)).toBe('The strategies have the same clip range, r from 0.8 to 1.28.');
});

it('different clip ranges are pointed out; strategies without one do not count', () => {
  expect(clipRangesText([{ name: 'ppo' }, { name: 'gppo' }])).toContain('different clip ranges');
  expect(clipRangesText([{ name: 'ppo' }, { name: 'importance' }])).toBe('');
});

it('a stored comparison with other labels is the same comparison, one with another baseline is not', () => {
  const sweep = (labels: [string, string], baseline: string) =>
    parseSweep(
      {
        base: { model: { architecture: {} }, task: { name: 'addition' }, rl: { steps: 2, strategy: { name: 'ppo' } } },
        strategies: [
          { label: labels[0], strategy: { name: 'ppo' } },
          { label: labels[1], strategy: { name: 'gppo' } },
        ],
        seeds: [1],
        baseline,
      },
      'test',
    );
  const made = sweep(['PPO', 'GPPO'], 'PPO');
  expect(sameComparison(made, sweep(['a', 'b'], 'a'))).toBe(true);
  expect(sameComparison(made, sweep(['PPO', 'GPPO'], 'GPPO'))).toBe(false);
});

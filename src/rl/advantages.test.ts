/** Advantages against those of verl's own functions and TRL's own lines (tests/fixtures/README.md). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AdvantageKind, parseRunConfig } from '../run/config.ts';
import { advantages } from './advantages.ts';

interface Recorded {
  batch: string;
  rewards: number[][];
  /** Kind, then reference function, then one row per group. */
  advantages: Record<AdvantageKind, Record<string, number[][]>>;
}
const recorded = JSON.parse(
  readFileSync(new URL('../../tests/fixtures/advantages.json', import.meta.url), 'utf8'),
) as Recorded[];

const CASES = recorded.flatMap(({ batch, rewards, advantages: kinds }) =>
  Object.entries(kinds).flatMap(([kind, sources]) =>
    Object.entries(sources).map(([source, expected]) => ({
      title: `${kind} as ${source}: ${batch}`,
      kind: kind as AdvantageKind,
      rewards,
      expected,
    })),
  ),
);

describe('advantages', () => {
  it.each(CASES)('$title', ({ kind, rewards, expected }) => {
    const found = advantages(rewards, kind);
    expect(found.map((group) => group.length)).toEqual(expected.map((group) => group.length));
    for (const [g, group] of found.entries())
      for (const [i, value] of group.entries())
        expect(Math.abs(value - (expected[g]?.[i] ?? NaN)), `group ${g}, response ${i}`).toBeLessThan(1e-12);
  });

  it('are recorded for every kind', () => {
    expect([...new Set(CASES.map(({ kind }) => kind))].sort()).toEqual([...AdvantageKind.options].sort());
  });

  it.each(AdvantageKind.options)('%s: exactly 0 for equal rewards and for a single one', (kind) => {
    expect(
      advantages([[0.1, 0.1, 0.1], [0.3, 0.7, 0.1], [1]], kind).map((group) => group.every((a) => a === 0)),
    ).toEqual([true, false, true]);
    expect(advantages([[0.1, 0.1, 0.1]], kind)).toEqual([[0, 0, 0]]);
  });

  it.each([
    [true, 'grpo'],
    [false, 'dr-grpo'],
  ])('normalize_advantages: %s of an old config is %s', (normalize, kind) => {
    const old = { steps: 1, strategy: { name: 'gppo' }, normalize_advantages: normalize };
    const config = parseRunConfig({ model: { architecture: {} }, task: { name: 'addition' }, rl: old }, 'old.json');
    expect(config.rl?.advantage).toBe(kind);
  });
});

/** Alarms at their thresholds: none exactly at the bound, with title and text just beyond it. */
import { describe, expect, it } from 'vitest';
import { alarmsOf, type Alarm, type History } from './alarms.ts';

/** A healthy run of ten steps. */
const CALM: Record<string, number[]> = {
  'critic/score/mean': Array(10).fill(0.5),
  'actor/entropy': Array(10).fill(0.5),
  'clip_ratio/region_mean': Array(10).fill(0.01),
  'gradient/negative_share': Array(10).fill(0.5),
  'actor/rollout_mismatch': Array(10).fill(1e-6),
  'groups/filtered_fraction': Array(10).fill(0.25),
};
const history = (change: Record<string, number[]>): History =>
  Object.fromEntries(Object.entries({ ...CALM, ...change }).map(([name, values]) => [`rl/${name}`, { values }]));
const ten = (value: number): number[] => Array(10).fill(value);
/** Five steps of one value, then five of another: "now" is the mean of the newest five. */
const then = (before: number, now: number): number[] => [...Array(5).fill(before), ...Array(5).fill(now)];
const idsOf = (change: Record<string, number[]>, updates = 4) => alarmsOf(history(change), updates).map(({ id }) => id);

const CUT_OFF = { 'response_length/max': ten(24), 'critic/score/mean': ten(0) };
// Bounds and values are binary fractions so that the mean of five is exact.
const CASES: [Alarm['id'], silent: Record<string, number[]>, fires: Record<string, number[]>, numbers: string[]][] = [
  ['entropy', { 'actor/entropy': then(1, 0.1500001) }, { 'actor/entropy': then(1, 0.125) }, ['12.5 %']],
  ['collapse', { 'critic/score/mean': then(0.5, 0.25) }, { 'critic/score/mean': then(0.5, 0.1875) }, ['0.5', '0.188']],
  ['negative', { 'gradient/negative_share': ten(0.75) }, { 'gradient/negative_share': ten(0.8125) }, ['81.3 %']],
  ['mismatch', { 'actor/rollout_mismatch': ten(0.0099999) }, { 'actor/rollout_mismatch': ten(0.015625) }, ['0.0156']],
  ['no-clip', { 'clip_ratio/region_mean': ten(1.00001e-4) }, { 'clip_ratio/region_mean': ten(9.9e-5) }, []],
  ['much-clip', { 'clip_ratio/region_mean': ten(0.2999999) }, { 'clip_ratio/region_mean': ten(0.3125) }, ['31.3 %']],
  [
    'no-advantage',
    { 'groups/filtered_fraction': ten(0.8999999) },
    { 'groups/filtered_fraction': ten(0.9375) },
    ['93.8 %'],
  ],
  [
    'cut-off',
    { ...CUT_OFF, 'response_length/clip_ratio': ten(0.5) },
    { ...CUT_OFF, 'response_length/clip_ratio': ten(0.75) },
    ['75.0 %', '24 tokens'],
  ],
];

describe.each(CASES)('the alarm %s', (id, silent, fires, numbers) => {
  it('is silent at its threshold', () => {
    expect(idsOf(silent)).toEqual([]);
  });

  it('fires beyond it, alone, with its numbers in the text', () => {
    const alarms = alarmsOf(history(fires), 4);
    expect(alarms.map((alarm) => alarm.id)).toEqual([id]);
    expect(alarms[0]?.title).not.toBe('');
    for (const number of numbers) expect(alarms[0]?.text).toContain(number);
  });

  it('waits until the run has five steps', () => {
    const first = (steps: number) =>
      Object.fromEntries(Object.entries({ ...CALM, ...fires }).map(([name, values]) => [name, values.slice(-steps)]));
    // A fall is measured from its first steps: these two alarms need more than five.
    const relative = id === 'entropy' || id === 'collapse';
    expect(idsOf(first(4))).toEqual([]);
    expect(idsOf(first(relative ? 10 : 5))).toEqual([id]);
  });
});

it('averages the newest five steps', () => {
  expect(idsOf({ 'gradient/negative_share': [...ten(0.5), 1, 1, 1, 0.5, 0.25] })).toEqual([]);
  expect(idsOf({ 'gradient/negative_share': [...ten(0.5), 1, 1, 1, 0.5, 0.5] })).toEqual(['negative']);
});

it('a fall in reward counts from the best evaluation too, and only from a reward above 0.1', () => {
  const evaluated = { ...history({}), 'evaluation/accuracy/sampled': { values: [1] } };
  expect(alarmsOf(evaluated, 4)).toEqual([]);
  expect(
    alarmsOf({ ...evaluated, 'rl/critic/score/mean': { values: ten(0.4375) } }, 4).map((alarm) => alarm.id),
  ).toEqual(['collapse']);
  expect(idsOf({ 'critic/score/mean': then(0.09375, 0.03125) })).toEqual([]);
});

it('does not report missing clipping with one update per rollout', () => {
  expect(idsOf({ 'clip_ratio/region_mean': ten(0) }, 1)).toEqual([]);
  expect(idsOf({ 'clip_ratio/region_mean': ten(0) }, 2)).toEqual(['no-clip']);
});

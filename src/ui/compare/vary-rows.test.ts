import { describe, expect, it } from 'vitest';
import { fieldGroups, rowsOf, valuesOf, varyOf } from './vary-rows.ts';

describe('rows of varied fields', () => {
  it.each([
    ['rl.learning_rate', '1e-4, 3e-4; 0.001', [1e-4, 3e-4, 1e-3]],
    ['rl.epochs', '1 2 4', [1, 2, 4]],
    ['rl.filter_groups', 'on, off', [true, false]],
    ['rl.advantage', 'grpo, rloo', ['grpo', 'rloo']],
    ['rl.tis_cap', 'off, 2', [null, 2]],
  ])('%s: %s', (path, values, expected) => {
    const read = valuesOf({ path, values });
    expect(read).toEqual({ values: expected });
    expect(rowsOf({ [path]: expected })?.map((row) => valuesOf(row))).toEqual([{ values: expected }]);
  });
  it.each([
    ['', '1', /Choose a field/],
    ['rl.epochs', '', /write values, such as 1, 2, 4/],
    ['rl.epochs', '1.5', /whole number/],
    ['rl.epochs', '2, 2', /listed twice/],
    ['rl.learning_rate', '1e-4, fast', /“fast” is not a number/],
    ['rl.filter_groups', 'yes', /neither on nor off/],
    ['rl.advantage', 'magic', /not one of grpo/],
  ])('%j with %j is a problem', (path, values, message) => {
    const read = varyOf([{ path, values }]);
    expect('problem' in read && read.problem).toMatch(message);
  });
  it('hold each field once', () => {
    const row = { path: 'rl.epochs', values: '1, 2' };
    expect(varyOf([row, row])).toEqual({ problem: expect.stringMatching(/listed twice/) as string });
    expect(varyOf([])).toEqual({ vary: undefined });
  });
  it('do not show values that they cannot write', () => {
    expect(rowsOf({ 'sft.sources': [[{ task: true }]] })).toBeUndefined();
  });
  it('offer fields of all stages by section', () => {
    expect(fieldGroups().map(({ group }) => group)).toEqual(expect.arrayContaining(['model', 'task', 'sft', 'rl']));
  });
});

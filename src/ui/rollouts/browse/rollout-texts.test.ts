import { expect, it } from 'vitest';
import { keptText } from './rollout-texts.ts';

const FACTS = { bytes: 3.1e6, bound: 32e6, leftOut: 0, responses: 512 };

it('says which steps are kept and how much of the bound they take', () => {
  expect(keptText({ ...FACTS, every: 1 })).toBe('every step kept, 3.1 MB of 32 MB');
  expect(keptText({ ...FACTS, every: 2 })).toBe('every 2nd step kept, 3.1 MB of 32 MB');
  expect(keptText({ ...FACTS, every: 8, leftOut: 12 })).toBe(
    'every 8th step kept, 3.1 MB of 32 MB; 500 of 512 responses per step fit',
  );
});

import { expect, it } from 'vitest';
import { StudioError } from '../errors.ts';
import { besideRun } from './memory-beside.ts';

const failing = (kind: 'memory' | 'input') => () =>
  Promise.reject(new StudioError(kind, 'Out of GPU memory.', 'Use more minibatches.'));

it('advises what can be changed beside a run, not what only a run has', async () => {
  await expect(besideRun('lower samples', failing('memory'))).rejects.toMatchObject({
    kind: 'memory',
    message: 'Out of GPU memory.',
    advice: 'Lower samples, stop the run, close the other model of the playground, or choose a smaller model.',
  });
  await expect(besideRun(undefined, failing('memory'))).rejects.toMatchObject({
    advice: 'Stop the run, close the other model of the playground, or choose a smaller model.',
  });
});

it('leaves other errors and results as they are', async () => {
  await expect(besideRun(undefined, failing('input'))).rejects.toMatchObject({ advice: 'Use more minibatches.' });
  expect(await besideRun(undefined, () => Promise.resolve(3))).toBe(3);
});

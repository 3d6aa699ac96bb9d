import { higher, type Claim } from './claim.ts';
import { klearPaper } from './sources.ts';

export const softRewards: Claim = {
  number: 6,
  title: 'Soft rewards for code',
  statement:
    'For programs, a reward in proportion to the test cases passed (soft) gives a higher accuracy than a reward for ' +
    'passing all of them (hard).',
  paper: {
    cited: klearPaper('study of rewards for code'),
    columns: ['LiveCodeBench V5, %'],
    rows: [
      { label: 'soft', values: ['61.0'] },
      { label: 'hard', values: ['59.2'] },
    ],
  },
  here:
    'GPPO on the task `programs`, whose responses are stack programs of up to three symbols; an accurate program ' +
    'passes all test cases, whatever the reward.',
  decides: [higher('soft', 'hard')],
  further: [],
};

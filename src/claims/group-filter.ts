import { higher, lower, type Claim } from './claim.ts';
import { klearPaper } from './sources.ts';

export const groupFilter: Claim = {
  number: 7,
  title: 'Dropping groups without advantage',
  statement: 'Leaving out groups whose responses all have the same reward makes training steadier.',
  paper: {
    cited: klearPaper('study of data filtering in RL'),
    columns: ['AIME24 late in training, %'],
    rows: [
      { label: 'dropped', values: ['about 81, steady'] },
      { label: 'kept', values: ['swings from 77 to 80'] },
    ],
    note: 'Read off a plot, so approximate.',
  },
  here:
    'GPPO from a start where correct responses are rare (about 5 %), so that most groups of 8 have no advantage at ' +
    'first. Steadiness is measured on held-out accuracy, which is evaluated every 3 steps. The paper generates ' +
    'twice the prompts it needs; the third arm replaces dropped groups in the same way.',
  decides: [lower('dropped, 1 batch', 'kept, 1 batch', 'unsteadiness')],
  further: [
    higher('dropped, 1 batch', 'kept, 1 batch'),
    higher('dropped, up to 2 batches', 'kept, 1 batch'),
    lower('dropped, up to 2 batches', 'kept, 1 batch', 'unsteadiness'),
  ],
};

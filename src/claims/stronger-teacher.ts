import { higher, type Claim } from './claim.ts';
import { klearPaper } from './sources.ts';

export const strongerTeacher: Claim = {
  number: 3,
  title: 'A stronger teacher',
  statement: 'SFT on traces of a stronger teacher gives a higher accuracy.',
  paper: {
    cited: klearPaper('study of teachers'),
    columns: ['AIME24, %'],
    rows: [
      { label: 'first teacher', values: ['62.7'] },
      { label: 'second teacher', values: ['67.7'] },
      { label: 'third teacher', values: ['73.5'] },
    ],
  },
  here:
    'SFT of new weights on `arithmetic`, on 1200 traces of one teacher, 400 steps. Teachers differ in one property: ' +
    'the share of their traces that are correct. The problems are the same.',
  decides: [higher('95 % correct', '60 % correct')],
  further: [higher('80 % correct', '60 % correct'), higher('95 % correct', '80 % correct')],
};

import { higher, type Claim } from './claim.ts';
import { klearPaper } from './sources.ts';

export const correctnessFilter: Claim = {
  number: 2,
  title: 'Filtering for correctness on easy and on hard data',
  statement:
    'Leaving out incorrect responses from SFT data raises the accuracy where the problems are easy, and lowers it ' +
    'where they are hard.',
  paper: {
    cited: klearPaper('study of correct and mixed SFT data by difficulty'),
    columns: ['AIME24, %', 'AIME25, %', 'LiveCodeBench V5, %'],
    rows: [
      { label: 'easy, correct only', values: ['45.0', '31.3', '20.8'] },
      { label: 'easy, mixed', values: ['40.2', '30.6', '20.1'] },
      { label: 'hard, correct only', values: ['45.6', '33.1', '25.8'] },
      { label: 'hard, mixed', values: ['47.3', '33.5', '26.9'] },
    ],
  },
  here:
    'SFT of new weights on `arithmetic`: 1200 traces of a teacher that is correct in 70 %, on problems whose steps ' +
    'reach one digit (easy) or two digits (hard); correct only leaves out the others. Every arm has 400 steps. ' +
    'Accuracy is on problems of all bands.',
  decides: [higher('easy, correct only', 'easy, mixed'), higher('hard, mixed', 'hard, correct only')],
  further: [],
};

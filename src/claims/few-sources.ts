import { higher, type Claim } from './claim.ts';
import { klearPaper } from './sources.ts';

export const fewSources: Claim = {
  number: 1,
  title: 'Few good sources or many',
  statement: 'SFT on a few sources of high quality gives a higher accuracy than SFT on many.',
  paper: {
    cited: klearPaper('study of the number of math sources'),
    columns: ['AIME24, %'],
    rows: [
      { label: 'top 1', values: ['40.8'] },
      { label: 'top 2', values: ['37.7'] },
      { label: 'top 4', values: ['37.3'] },
      { label: 'top 6', values: ['34.0'] },
      { label: 'top 8', values: ['29.4'] },
      { label: 'top 10', values: ['30.4'] },
    ],
  },
  here:
    'SFT of new weights on `arithmetic`. Sources are teachers: the best is correct in 95 % of its traces, the second ' +
    'in 85 %, then 75 % and 65 %, each with a style of its own. Every arm has 1200 problems and 400 steps, so more ' +
    'sources mean, by construction, more mistakes and more styles, and not more data.',
  decides: [higher('top 1', 'top 4')],
  further: [higher('top 1', 'top 2'), higher('top 2', 'top 4')],
};

import { higher, type Claim } from './claim.ts';
import { klearPaper } from './sources.ts';

export const gppo: Claim = {
  number: 5,
  title: 'GPPO against CISPO and Clip-Higher',
  statement: 'GPPO learns faster than CISPO and Clip-Higher, and reaches a higher accuracy.',
  paper: {
    cited: klearPaper('comparison of clip strategies'),
    columns: ['AIME24 after 250 steps, %', 'LiveCodeBench V5, %'],
    rows: [
      { label: 'GPPO', values: ['81', '59.8'] },
      { label: 'CISPO', values: ['79.5', '58.3'] },
      { label: 'Clip-Higher', values: ['77.7', '57.9'] },
    ],
    note: 'Read off a plot, so approximate.',
  },
  here:
    'RL alone, from a start where correct responses are rare (about 5 %), far enough off-policy that 9 % of the ' +
    'tokens leave the clip range: 16 updates per rollout. GPPO as in the paper: both sides, clip range 0.2 / 0.28, ' +
    'dual clip 10; the others have the same clip range. All arms have the same learning rate.',
  decides: [higher('gppo', 'cispo'), higher('gppo', 'clip-higher')],
  further: [
    higher('gppo', 'cispo', 'area'),
    higher('gppo', 'clip-higher', 'area'),
    higher('gppo, upper side only', 'clip-higher'),
    higher('gppo, upper side only', 'gppo'),
  ],
};

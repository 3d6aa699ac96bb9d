import { higher, type Claim } from './claim.ts';
import { klearPaper } from './sources.ts';

export const sftLoss: Claim = {
  number: 4,
  title: 'An SFT loss beside RL',
  statement:
    'Adding the negative log-likelihood of correct responses to the RL loss, with coefficient alpha, raises the ' +
    'accuracy; alpha = 0.1 raises it most.',
  paper: {
    cited: klearPaper('study of the SFT loss in RL'),
    columns: ['AIME24, %', 'AIME25, %'],
    rows: [
      { label: 'before RL', values: ['73.5', '64.6'] },
      { label: 'alpha 0', values: ['78.1', '68.0'] },
      { label: 'alpha 0.05', values: ['77.8', '69.5'] },
      { label: 'alpha 0.1', values: ['79.4', '70.4'] },
      { label: 'alpha 0.2', values: ['78.4', '69.6'] },
    ],
  },
  here:
    'GPPO as in the paper from a model after SFT (35 %), 4 updates per rollout; the coefficient is ' +
    '`rl.positive_lm`. Groups without advantage are left out, from this loss as well.',
  decides: [higher('alpha 0.1', 'alpha 0')],
  further: [
    higher('alpha 0.05', 'alpha 0'),
    higher('alpha 0.2', 'alpha 0'),
    higher('alpha 0.1', 'alpha 0.05'),
    higher('alpha 0.1', 'alpha 0.2'),
  ],
};

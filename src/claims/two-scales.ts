import { higher, lower, type Claim } from './claim.ts';
import { cegppoPaper } from './sources.ts';

export const twoScales: Claim = {
  number: 8,
  title: 'The two scales of CE-GPPO',
  statement:
    'A larger beta1 (weight below the clip range) speeds up the fall of entropy, a larger beta2 (weight above it) ' +
    'holds entropy up; (0.5, 1) trains well, (1, 0.5) collapses.',
  paper: {
    cited: cegppoPaper('analysis of entropy, and table of results of DeepSeek-R1-Distill-Qwen-1.5B'),
    columns: ['average of five benchmarks, %'],
    rows: [
      { label: 'before RL', values: ['45.2'] },
      { label: 'GRPO', values: ['49.1'] },
      { label: 'DAPO', values: ['52.4'] },
      { label: 'CE-GPPO (0.5, 1)', values: ['54.9'] },
      { label: 'CE-GPPO (1, 0.5)', values: ['collapses'] },
    ],
    note: 'AIME24, AIME25, HMMT25, MATH500 and AMC23; entropies only as curves.',
  },
  here:
    'CE-GPPO with clip range 0.2 / 0.2 as in the paper, in the regime of claim 5: from about 5 %, 16 updates per ' +
    'rollout. Arms are named by beta1 / beta2.',
  decides: [higher('beta 0.5 / 1', 'beta 1 / 0.5', 'entropy'), higher('beta 0.5 / 1', 'beta 1 / 0.5')],
  further: [
    lower('beta 1 / 1', 'beta 0.5 / 1', 'entropy'),
    higher('beta 1 / 1', 'beta 1 / 0.5', 'entropy'),
    higher('beta 0.5 / 1', 'beta 1 / 1'),
  ],
};

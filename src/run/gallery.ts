/** Presets of the Train page: what each one trains, and what to watch. Their configs also run on the command line. */
import collapse from '../../configs/preset-collapse.json';
import klear from '../../configs/klear-miniature.json';
import gppo from '../../configs/preset-gppo.json';
import programs from '../../configs/demo-programs.json';
import narrowBand from '../../configs/preset-narrow-band.json';
import ppo from '../../configs/preset-ppo.json';
import sft from '../../configs/preset-sft.json';
import { parseRunConfig, type RunConfig } from './config.ts';
import { DEMO_CONFIG, FOUR_UPDATES_CONFIG } from './presets.ts';
import type { Recipe } from './recipes/recipe.ts';

export interface Preset {
  id: string;
  title: string;
  /** What it trains, in one sentence. */
  summary: string;
  /** What to look at while it trains, in order. */
  watch: readonly string[];
  /** Trained one after the other; each later one is drawn over the one before it. */
  runs: readonly [RunConfig, ...RunConfig[]];
  /** Asks for the model to start from, which replaces the runs' checkpoint. */
  asksForModel?: boolean;
  /** Of a paper: says where each value is from. */
  recipe?: Recipe;
}

const included = (config: unknown, file: string): RunConfig => parseRunConfig(config, `configs/${file}`);

export const PRESETS: readonly Preset[] = [
  {
    id: 'demo',
    title: 'Quick demo',
    summary: 'GPPO on two-digit addition from a start with few correct answers: 40 steps of 16 updates.',
    watch: [
      'Reward: 1 in 20 responses is correct at the start, 1 in 3 after five steps; held-out accuracy follows.',
      'Clipped: 8 % of the tokens leave the clip range, the coloured ones on the right. PPO drops their gradient.',
      'Preserved gradient: GPPO keeps it for tokens of correct responses (A>0 above the range), 5 % of its mass.',
      'Below the range (A<0) it keeps none: with large updates, a sweep on both sides collapsed (lesson 8).',
    ],
    runs: [DEMO_CONFIG],
  },
  {
    id: 'pair',
    title: 'PPO, then GPPO',
    summary: 'The same model, seed and clip range (ε = 0.2 on both sides) with each strategy: 20 steps each.',
    watch: [
      'Preserved gradient: 0 with PPO, above 0 with GPPO. This is the difference between them.',
      'Reward: PPO’s curve is drawn behind GPPO’s as a dotted line.',
      'One seed shows what happens, not which is better: Compare repeats both over several seeds.',
    ],
    runs: [included(ppo, 'preset-ppo.json'), included(gppo, 'preset-gppo.json')],
  },
  {
    id: 'collapse',
    title: 'Collapse in 20 steps',
    summary: 'GPPO with twelve large updates per rollout (learning rate 5e-4): the policy collapses.',
    watch: [
      'Reward falls, and alarms above the charts report why.',
      'KL and gradient norm grow before the reward collapses.',
      'Select PPO and train again. With seeds 7, 8 and 9, GPPO lost half of its held-out accuracy; PPO gained.',
    ],
    runs: [included(collapse, 'preset-collapse.json')],
  },
  {
    id: 'narrow-band',
    title: 'A band too narrow',
    summary: 'PPO with ε = 0.002: about 30 % of the tokens are clipped, and their gradient is 0.',
    watch: [
      'Clipped: about 30 % of the tokens, against 8 % in the demo.',
      'Gradient mass by zone: the two zones that PPO clips (A>0 above the range, A<0 below it) have none.',
      'Select GPPO with the same ε and train again: the preserved gradient is what PPO had dropped.',
    ],
    runs: [included(narrowBand, 'preset-narrow-band.json')],
  },
  {
    id: 'programs',
    title: 'Write programs',
    summary: 'GPPO on stack programs, graded by test cases, with the included model: 40 steps.',
    watch: [
      'Rollouts: each prompt shows examples, and the response is a program for them. 3:7,5:9,1:5; asks for 4+.',
      'Reward: the share of responses whose program passes all test cases, those of the prompt and hidden ones.',
      'Set Partial credit to soft, under Rewards of the task, to reward the share of test cases passed instead.',
    ],
    runs: [included(programs, 'demo-programs.json')],
  },
  {
    id: 'sft',
    title: 'SFT from scratch',
    summary: 'A new model with random weights learns two-digit addition from solutions: 300 steps.',
    watch: [
      'Training loss falls from the first step on.',
      'Held-out accuracy stays near 0 for about 100 steps, then rises to about 50 %.',
      'Add an RL stage afterwards: it starts from what SFT has learned.',
    ],
    runs: [included(sft, 'preset-sft.json')],
  },
  {
    id: 'klear',
    title: 'Klear in miniature',
    summary: 'A new model learns arithmetic from worked solutions (600 steps), then by GPPO (50 steps), with a report.',
    watch: [
      'SFT: the training loss falls, and held-out accuracy rises from 0 to about 40 %.',
      'RL: the reward rises from about 0.4 to 0.5.',
      'Open report at the end: RL raised the share of correct samples from 35 to 41 %; pass@8 fell from 79 to 73 %.',
    ],
    runs: [included(klear, 'klear-miniature.json')],
  },
  {
    id: 'lora',
    title: 'LoRA on a model of yours',
    summary: 'Adapters of rank 8 on a checkpoint folder that you choose (safetensors, config.json, tokenizer.json).',
    watch: [
      'Only the adapters are trained: memory is shown in the recipe, under Advanced.',
      'A model that has never seen the task may get reward 0 in every group: then nothing is learned.',
      'Export at the end: the adapter alone, or merged into the model.',
    ],
    runs: [
      parseRunConfig(
        {
          ...FOUR_UPDATES_CONFIG,
          name: 'LoRA',
          model: { checkpoint: 'embedded:addition-0.1M', lora: { rank: 8, alpha: 16, targets: ['all-linear'] } },
          task: { name: 'addition', digits: 1 },
          rl: { ...FOUR_UPDATES_CONFIG.rl, steps: 20, prompts: 8, learning_rate: 1e-4 },
          evaluation: { every: 10, problems: 32 },
        },
        'LoRA preset',
      ),
    ],
    asksForModel: true,
  },
];

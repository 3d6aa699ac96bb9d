/**
 * What the lessons' "Try it" sets up: a whole recipe each, made from the files that the command line runs, and where to
 * take the reader.
 */
import largeUpdates from '../../../configs/sweep-large-updates.json';
import tightBand from '../../../configs/sweep-tight-band.json';
import trainAddition from '../../../configs/train-addition.json';
import { parseRunConfig, type RunConfig, type RunConfigInput } from '../../run/config.ts';
import { metricOf } from '../../run/metrics/lookup.ts';
import { DEMO_CONFIG } from '../../run/presets.ts';
import type { StrategyConfig } from '../../run/strategies/strategy-config.ts';
import type { LessonId } from '../../store/learn-store.ts';

export interface Try {
  /** On the button. */
  label: string;
  place: 'train' | 'objective' | 'compare';
  /** What is set, and what to look at then. */
  sets: string;
  look: string;
  config: RunConfig;
  /** Drawn beside the recipe's rule, for Objective. */
  overlays?: StrategyConfig[];
  /** For Compare. */
  strategies?: StrategyConfig[];
  seeds?: string;
}

/** Dual clip as in Klear-Reasoner's scripts, as in the demo. */
const GPPO: StrategyConfig = { name: 'gppo', eps_low: 0.2, eps_high: 0.28, beta1: 1, beta2: 1, dual_clip: 10 };

function demo(name: string, rl: Partial<RunConfigInput['rl']>): RunConfig {
  return parseRunConfig({ ...DEMO_CONFIG, name, rl: { ...DEMO_CONFIG.rl, ...rl } }, name);
}
const base = (config: unknown, name: string, rl: Partial<RunConfigInput['rl']>): RunConfig => {
  const recipe = config as RunConfigInput;
  return parseRunConfig({ ...recipe, name, rl: { ...recipe.rl, ...rl } }, name);
};

export const TRIES: Record<LessonId, Try> = {
  gradient: {
    label: 'Train with the plain policy gradient',
    place: 'train',
    sets: 'REINFORCE on the addition model that ships, one update a rollout.',
    look: 'After a step, colour the rollouts by weight: every token has w = 1. Right answers are pushed up and wrong ones down, each by its A.',
    config: demo('plain-policy-gradient', { strategy: { name: 'reinforce' }, minibatches: 1, epochs: 1 }),
  },
  ratio: {
    label: 'One update a rollout: nothing clips',
    place: 'train',
    sets: 'The demo recipe with one minibatch and one epoch.',
    look: 'The recipe says so before you press Train. The histogram of ratios is a single bar at r = 1, and “Clipped tokens” stays at 0.',
    config: demo('one-update', { strategy: GPPO, minibatches: 1, epochs: 1 }),
  },
  clip: {
    label: 'PPO’s curves, by the shader that trains',
    place: 'objective',
    sets: 'The recipe’s rule is PPO, with “no clipping” drawn beside it.',
    look: 'Drag ε on the surrogate: where the curve turns flat, the weight above it drops to 0. A run’s tokens stand on the curves once you train.',
    config: demo('ppo', { strategy: { name: 'ppo' } }),
    overlays: [{ name: 'importance' }],
  },
  zones: {
    label: 'A narrow band: tokens in every zone',
    place: 'train',
    sets: 'GPPO with ε = 0.03 on both sides; everything else as in the demo.',
    look: 'Colour the rollouts by zone and point at a coloured token: its ratio, its weight, and what PPO would have given it.',
    config: demo('narrow-band', { strategy: { ...GPPO, eps_low: 0.03, eps_high: 0.03 } }),
  },
  gppo: {
    label: 'Narrow band: PPO against GPPO',
    place: 'compare',
    sets: 'The recipe of the sweep in lesson 8: ε = 0.002, eight updates a rollout, 20 steps, three seeds.',
    look: `“${metricOf('clip_ratio/region_mean').title}” is about the same for both, “${metricOf('gradient/preserved_share').title}” is not. Without a graphics card the six runs take a while.`,
    config: base(tightBand.base, 'narrow-band-comparison', {
      strategy: { name: 'ppo', eps_low: 0.002, eps_high: 0.002 },
    }),
    strategies: [
      { name: 'ppo', eps_low: 0.002, eps_high: 0.002 },
      { name: 'gppo', eps_low: 0.002, eps_high: 0.002 },
    ],
    seeds: '1, 2, 3',
  },
  watch: {
    label: 'Twelve large updates: watch a run break',
    place: 'train',
    sets: 'GPPO with three epochs of four minibatches at learning rate 5e-4, the sweep’s recipe that collapsed with every seed.',
    look: 'In the sweep reward fell to less than half, with more than half of the entropy left: no single curve tells. Watch the clip fractions, and the alarms above the charts.',
    config: base(largeUpdates.base, 'twelve-large-updates', {
      strategy: { name: 'gppo', eps_low: 0.2, eps_high: 0.2 },
    }),
  },
  pipeline: {
    label: 'The whole pipeline, from random weights',
    place: 'train',
    sets: 'A new model of 0.1M parameters: 400 steps of SFT, then 40 of GPPO with dual clip 10 and positive LM loss 0.1.',
    look: 'SFT’s charts come first. When RL takes over, reward starts near the sampled accuracy that SFT reached.',
    config: parseRunConfig(
      {
        ...trainAddition,
        name: 'pipeline',
        seed: 7,
        rl: { ...DEMO_CONFIG.rl, steps: 40, strategy: GPPO, positive_lm: 0.1 },
        evaluation: { every: 20, problems: 256 },
      },
      'pipeline',
    ),
  },
  evidence: {
    label: 'Test the open question yourself',
    place: 'compare',
    sets: 'Twelve large updates again, with PPO, GPPO, GPPO on the high side only, and CE-GPPO with β₁ = 0.5; seeds 1 to 3.',
    look: 'If the low side is what hurts, the third should not collapse. The sweeps above do not answer it; your table will say what your seeds show, with intervals.',
    config: base(largeUpdates.base, 'which-side-hurts', { strategy: { name: 'ppo' } }),
    strategies: [
      { name: 'ppo' },
      { name: 'gppo', eps_low: 0.2, eps_high: 0.2 },
      { name: 'gppo', eps_low: 0.2, eps_high: 0.2, only_high: true },
      { name: 'ce-gppo', beta1: 0.5 },
    ],
    seeds: '1, 2, 3',
  },
};

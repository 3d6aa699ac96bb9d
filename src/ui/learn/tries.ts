/**
 * The recipes of the lessons' "Try it" buttons, built from the files that the command line runs, and the page each
 * one opens.
 */
import largeUpdates from '../../../configs/sweep-large-updates.json';
import tightBand from '../../../configs/sweep-tight-band.json';
import trainAddition from '../../../configs/train-addition.json';
import { parseRunConfig, type RunConfig, type RunConfigInput } from '../../run/config.ts';
import { metricOf } from '../../run/metrics/lookup.ts';
import { FOUR_UPDATES_CONFIG } from '../../run/presets.ts';
import type { StrategyConfig } from '../../run/strategies/strategy-config.ts';
import type { LessonId } from '../../store/learn-store.ts';

export interface Try {
  /** On the button. */
  label: string;
  place: 'train' | 'objective' | 'compare';
  /** What the recipe sets, and what to look at. */
  sets: string;
  look: string;
  config: RunConfig;
  /** Strategies overlaid on the recipe's, for Objective. */
  overlays?: StrategyConfig[];
  /** For Compare. */
  strategies?: StrategyConfig[];
  seeds?: string;
}

/** Dual clip as in Klear-Reasoner's scripts. */
const GPPO: StrategyConfig = { name: 'gppo', eps_low: 0.2, eps_high: 0.28, beta1: 1, beta2: 1, dual_clip: 10 };

function base(config: unknown, name: string, rl: Partial<RunConfigInput['rl']>): RunConfig {
  const recipe = config as RunConfigInput;
  return parseRunConfig({ ...recipe, name, rl: { ...recipe.rl, ...rl } }, name);
}

export const TRIES: Record<LessonId, Try> = {
  gradient: {
    label: 'Train with the plain policy gradient',
    place: 'train',
    sets: 'REINFORCE on the included addition model, one update per rollout.',
    look:
      'After a step, colour the rollouts by weight: every token has gradient weight w = 1. Tokens of correct ' +
      'responses are raised and tokens of incorrect ones lowered, in proportion to A.',
    config: base(FOUR_UPDATES_CONFIG, 'plain-policy-gradient', {
      strategy: { name: 'reinforce' },
      minibatches: 1,
      epochs: 1,
    }),
  },
  ratio: {
    label: 'One update per rollout: nothing is clipped',
    place: 'train',
    sets: 'GPPO on the included addition model with one minibatch and one epoch.',
    look:
      'The recipe panel says so before you press Train. The ratio histogram is a single bar at r = 1, and “Clipped ' +
      'tokens” stays at 0.',
    config: base(FOUR_UPDATES_CONFIG, 'one-update', { strategy: GPPO, minibatches: 1, epochs: 1 }),
  },
  clip: {
    label: 'Plot PPO’s surrogate and weight',
    place: 'objective',
    sets: 'PPO as the recipe’s strategy, with “no clipping” overlaid.',
    look:
      'Drag ε on the surrogate: where it becomes flat, the weight above it drops to 0. After you train a step, the ' +
      'run’s tokens appear on the curves.',
    config: base(FOUR_UPDATES_CONFIG, 'ppo', { strategy: { name: 'ppo' } }),
    overlays: [{ name: 'importance' }],
  },
  zones: {
    label: 'A narrow clip range: tokens in every zone',
    place: 'train',
    sets: 'GPPO with ε = 0.03 on both sides, four updates per rollout.',
    look:
      'Colour the rollouts by zone and point at a coloured token to see its ratio, its gradient weight, and its ' +
      'weight under PPO.',
    config: base(FOUR_UPDATES_CONFIG, 'narrow-band', { strategy: { ...GPPO, eps_low: 0.03, eps_high: 0.03 } }),
  },
  gppo: {
    label: 'Narrow clip range: PPO and GPPO',
    place: 'compare',
    sets: 'The recipe of a sweep in lesson 8: ε = 0.002, eight updates per rollout, 20 steps, three seeds.',
    look:
      `“${metricOf('clip_ratio/region_mean').title}” is about the same for both strategies; ` +
      `“${metricOf('gradient/preserved_share').title}” is not. On a software adapter (CPU) the six runs are slow.`,
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
    label: 'Twelve large updates: watch a run collapse',
    place: 'train',
    sets:
      'GPPO with three epochs of four minibatches at learning rate 5e-4: the sweep recipe that collapsed with ' +
      'every seed.',
    look:
      'In the sweep, reward fell to less than half while more than half of the entropy remained: no single curve ' +
      'shows the collapse. Watch the clip fractions and the alarms above the charts.',
    config: base(largeUpdates.base, 'twelve-large-updates', {
      strategy: { name: 'gppo', eps_low: 0.2, eps_high: 0.2 },
    }),
  },
  pipeline: {
    label: 'Train the whole pipeline from random weights',
    place: 'train',
    sets: 'A new 0.1M-parameter model: 400 SFT steps, then 40 GPPO steps with dual clip 10 and positive LM loss 0.1.',
    look: 'The SFT charts come first. When RL starts, reward is near the sampled accuracy that SFT reached.',
    config: parseRunConfig(
      {
        ...trainAddition,
        name: 'pipeline',
        seed: 7,
        rl: { ...FOUR_UPDATES_CONFIG.rl, steps: 40, strategy: GPPO, positive_lm: 0.1 },
        evaluation: { every: 20, problems: 256 },
      },
      'pipeline',
    ),
  },
  evidence: {
    label: 'Test the open question',
    place: 'compare',
    sets: 'Twelve large updates, with PPO, GPPO, GPPO on the upper side only, and CE-GPPO with β₁ = 0.5; seeds 1 to 3.',
    look:
      'If the low side causes the collapse, the third strategy should not collapse. The sweeps above do not test ' +
      'this; your results table shows the answer for your seeds, with intervals.',
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

/** The glossary's terms for metrics. */
import type { SeriesName } from '../../run/metrics/lookup.ts';
import type { GlossaryId } from './glossary.ts';

const TERMS: Partial<Record<SeriesName, GlossaryId>> = {
  'critic/score/mean': 'reward',
  'accuracy/greedy': 'held-out',
  'accuracy/sampled': 'held-out',
  'clip_ratio/low_mean': 'clip-fraction',
  'clip_ratio/high_mean': 'clip-fraction',
  'clip_ratio/region_mean': 'clip-fraction',
  'actor/pg_clipfrac': 'clip-fraction',
  'gradient/preserved_share': 'preserved-share',
  'actor/entropy': 'entropy',
  'actor/ppo_kl': 'kl',
  'actor/kl_loss': 'kl',
  'actor/grad_norm': 'gradient-norm',
  'actor/grad_clipped_fraction': 'gradient-clipping',
  'response_length/mean': 'response',
  'train/loss': 'sft',
};

/** @returns undefined for a metric that its title explains */
export const termOf = (metric: SeriesName): GlossaryId | undefined =>
  metric.startsWith('gradient_split/') ? 'gradient-split' : TERMS[metric];

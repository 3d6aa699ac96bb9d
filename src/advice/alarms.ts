/** Alarms for problems during a run: pure functions of the series that the page draws. */
import { formatMetric, type MetricName } from '../run/metrics/lookup.ts';
import { formatValue } from '../run/metrics/units.ts';

export interface Alarm {
  id: 'entropy' | 'negative' | 'mismatch' | 'no-clip' | 'much-clip' | 'collapse' | 'no-advantage' | 'cut-off';
  title: string;
  text: string;
}

/** Values of a metric over the steps so far, by `phase/metric`. */
export type History = Readonly<Record<string, { values: readonly number[] } | undefined>>;

/** Steps over which "now" is averaged, and minimum steps before any alarm. */
const RECENT = 5;
const SETTLED = 5;

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** @param updates per rollout: with one, clipping cannot fire, which is a property of the recipe, not an alarm */
export function alarmsOf(history: History, updates: number): Alarm[] {
  const values = (name: MetricName) => history[`rl/${name}`]?.values ?? [];
  const now = (name: MetricName) => (values(name).length === 0 ? undefined : mean(values(name).slice(-RECENT)));
  const steps = values('critic/score/mean').length;
  if (steps < SETTLED) return [];
  const alarms: Alarm[] = [];

  const entropies = values('actor/entropy');
  const first = entropies.length > 0 ? mean(entropies.slice(0, 3)) : undefined;
  const entropy = now('actor/entropy');
  if (first !== undefined && entropy !== undefined && entropy < 0.15 * first) {
    alarms.push({
      id: 'entropy',
      title: 'Entropy is collapsing.',
      text:
        `${formatValue('share', entropy / first)} of the initial entropy is left: responses hardly vary, so groups ` +
        'give little signal. To keep entropy higher, use a larger β₂ or ε high, a smaller β₁, or fewer updates per ' +
        'rollout.',
    });
  }
  const accuracy = history['evaluation/accuracy/sampled']?.values ?? [];
  const scores = values('critic/score/mean');
  const best = Math.max(
    ...scores.map((_, i) => mean(scores.slice(Math.max(0, i - RECENT + 1), i + 1))).slice(RECENT - 1),
    accuracy.length > 0 ? Math.max(...accuracy) : 0,
  );
  const score = now('critic/score/mean');
  if (score !== undefined && best > 0.1 && score < best / 2) {
    alarms.push({
      id: 'collapse',
      title: 'Reward has fallen below half of its maximum.',
      text:
        `It was ${formatMetric('critic/score/mean', best)} and is now ${formatMetric('critic/score/mean', score)}: ` +
        'the updates are damaging the policy. Lower the learning rate, or make fewer updates per rollout.',
    });
  }
  const negative = now('gradient/negative_share');
  if (negative !== undefined && negative > 0.75) {
    alarms.push({
      id: 'negative',
      title: 'Negative gradients dominate.',
      text:
        `${formatMetric('gradient/negative_share', negative)} of the gradient mass is on tokens with negative ` +
        'advantage. Lowering tokens shows the model what not to write, but not what to write. To limit it, use ' +
        'BAPO, TOPR or a smaller β₁.',
    });
  }
  const mismatch = now('actor/rollout_mismatch');
  if (mismatch !== undefined && mismatch > 0.01) {
    alarms.push({
      id: 'mismatch',
      title: 'Log-probs of sampler and trainer differ.',
      text:
        `They differ by ${formatMetric('actor/rollout_mismatch', mismatch)} nats per token, so log-ratios have ` +
        'that error before any update. Truncated importance sampling (TIS cap 2) corrects for it.',
    });
  }
  const clipped = now('clip_ratio/region_mean');
  if (clipped !== undefined && updates > 1 && clipped < 1e-4)
    alarms.push({
      id: 'no-clip',
      title: 'No tokens are clipped.',
      text:
        'Ratios stay close to 1, so all strategies are equivalent here. They differ with a larger learning rate, ' +
        'more updates per rollout or a narrower clip range.',
    });
  if (clipped !== undefined && clipped > 0.3)
    alarms.push({
      id: 'much-clip',
      title: 'More than 30 % of tokens are clipped.',
      text:
        `${formatMetric('clip_ratio/region_mean', clipped)} are clipped: the policy is far from the one that ` +
        'sampled the rollout. Make fewer or smaller updates per rollout.',
    });
  const filtered = now('groups/filtered_fraction');
  if (filtered !== undefined && filtered > 0.9)
    alarms.push({
      id: 'no-advantage',
      title: 'Almost all groups have zero advantage.',
      text:
        `In ${formatMetric('groups/filtered_fraction', filtered)} of groups all responses are correct or all are ` +
        'incorrect, so they give no gradient. Use harder or easier problems, or more responses per prompt.',
    });
  const cut = now('response_length/clip_ratio');
  const longest = now('response_length/max');
  if (cut !== undefined && longest !== undefined && cut > 0.5 && now('critic/score/mean') === 0)
    alarms.push({
      id: 'cut-off',
      title: 'Responses are truncated.',
      text:
        `${formatMetric('response_length/clip_ratio', cut)} reach the maximum length ` +
        `(${formatMetric('response_length/max', longest)} tokens) without an end-of-sequence token. Increase the ` +
        'maximum response length.',
    });
  return alarms;
}

/**
 * Advice on common mistakes, shown at the field before a run: pure functions of the recipe. Sources: issues of verl and
 * TRL ("why is my clip ratio always 0"), and measurements of the studio's own runs.
 */
import { noPolicyGradient, type RlConfig, type RunConfig } from '../run/config.ts';
import { plainBand, resolveStrategy } from '../run/strategies/strategy-config.ts';

export interface Advice {
  /** The RunConfig field of the advice. */
  path: string;
  tone: 'good' | 'warning';
  /** First words, emphasized. */
  title: string;
  text: string;
}

/**
 * Expected share of tokens outside a clip range of half width eps: DRIFT x learning rate x mean number of earlier
 * updates / eps. Measured on addition-0.1M with 64 x 8 and 32 x 8 responses: eps 0.2, 0.03, 0.01, learning rates 1e-4
 * to 1e-3, 4 to 16 updates per rollout gave factors of 4 to 10; few tokens move far, so the share falls as 1 / eps and
 * not as a normal distribution's.
 */
const DRIFT = 5.5;

export interface ClippingForecast {
  updates: number;
  /**
   * Expected share of tokens outside the clip range, accurate to a factor of about 2 on the embedded model; undefined
   * without a clip range.
   */
  share: number | undefined;
}

export function clippingForecast(rl: RlConfig): ClippingForecast {
  const updates = rl.minibatches * rl.epochs;
  const band = plainBand(resolveStrategy(rl.strategy));
  if (!band) return { updates, share: undefined };
  const width = Math.min(1 - band.low, band.high - 1);
  return { updates, share: width <= 0 ? 1 : Math.min(0.5, (DRIFT * rl.learning_rate * ((updates - 1) / 2)) / width) };
}

const percent = (share: number) =>
  share < 0.001 ? 'fewer than 0.1 %' : `about ${Number((100 * share).toPrecision(share < 0.1 ? 1 : 2))} %`;

/** First whether clipping can fire, then other common mistakes. */
export function adviceOf({ rl }: RunConfig): Advice[] {
  if (!rl) return [];
  return [willClippingFire(rl), ...traps(rl)];
}

function willClippingFire(rl: RlConfig): Advice {
  const { updates, share } = clippingForecast(rl);
  const path = 'rl.minibatches';
  if (updates <= 1)
    return {
      path,
      tone: 'warning',
      title: 'Clipping will never fire.',
      text:
        'With one update per rollout, the ratio r is exactly 1 for every token, and all strategies are identical. ' +
        'Use more minibatches or epochs.',
    };
  const later = updates - 1 === 1 ? 'second' : `${updates - 1} that follow`;
  const first = `${updates} updates per rollout: the ratio r is 1 in the first and moves away from 1 in the ${later}.`;
  if (share === undefined)
    return {
      path,
      tone: 'good',
      title: 'Clipping can fire.',
      text: `${first} No estimate for this strategy: its bounds differ per token or apply to the whole response.`,
    };
  if (share < 0.002)
    return {
      path,
      tone: 'warning',
      title: 'Clipping will rarely fire.',
      text:
        `${first} At this learning rate, expect ${percent(share)} of tokens outside the clip range; strategies ` +
        'will hardly differ.',
    };
  if (share >= 0.3)
    return {
      path,
      tone: 'warning',
      title: 'Most updates will be far off-policy.',
      text:
        `${first} Expect ${percent(share)} of tokens or more outside the clip range. Preserved gradients of tokens ` +
        'with negative advantage can make a small model collapse here.',
    };
  return {
    path,
    tone: 'good',
    title: 'Clipping can fire.',
    text:
      `${first} Expect ${percent(share)} of tokens outside the clip range (within a factor of 2, measured on the ` +
      'embedded model).',
  };
}

function traps(rl: RlConfig): Advice[] {
  const advice: Advice[] = [];
  const warn = (path: string, title: string, text: string) => advice.push({ path, tone: 'warning', title, text });
  const { parameters, name } = resolveStrategy(rl.strategy);
  const { dual_clip: dual = 0, beta1 = 1, beta2 = 1 } = parameters;
  const preserving = name === 'gppo' || name === 'ce-gppo' || name === 'gppo-erc';
  if (preserving && dual > 0)
    warn(
      'rl.strategy.dual_clip',
      'Dual clip also zeroes GPPO’s gradient.',
      `With dual clip, a token with negative advantage and ratio r > ${dual} gets gradient weight 0, as in the ` +
        'authors’ code.',
    );
  if (preserving && (beta1 !== 1 || beta2 !== 1))
    warn(
      'rl.strategy.beta1',
      'Losses are not comparable across β.',
      'If β is not 1, the surrogate’s value jumps at the bound. Compare rewards, not pg_loss.',
    );
  if (preserving && beta1 > beta2)
    warn(
      'rl.strategy.beta1',
      'β₁ larger than β₂ reduces entropy.',
      'The CE-GPPO paper reports entropy collapse with (1, 0.5).',
    );
  if (name === 'sapo')
    warn(
      'rl.strategy.tau_pos',
      'The clip fraction will be 0.',
      'SAPO does not clip, and verl reports 0 for it. Look at the zones instead.',
    );
  if (name === 'cispo')
    warn(
      'rl.strategy.eps_low',
      "CISPO's clip fraction ignores the sign of A.",
      'It counts every clamped ratio. The zones take the sign into account.',
    );
  if (name === 'gmpo')
    warn(
      'rl.strategy.eps_low',
      'pg_clipfrac_lower has a different meaning here.',
      'For GMPO it counts clipped tokens with negative advantage; in the vanilla loss, tokens clipped by dual clip.',
    );
  if (name === 'kl-cov')
    warn(
      'rl.strategy.kl_penalty',
      'ppo_kl is |log r| here.',
      'verl reports the mean of |log r| for KL-Cov, and of −log r for every other loss.',
    );
  const none = noPolicyGradient(rl);
  if (none !== undefined) warn('rl.responses', 'One response per prompt gives no advantages.', none);
  else if (rl.responses < 4)
    warn(
      'rl.responses',
      'Small groups give noisy advantages.',
      'With fewer than 4 responses per prompt, most groups are all correct or all incorrect.',
    );
  if (rl.minibatches > rl.prompts)
    warn(
      'rl.minibatches',
      'More minibatches than prompts.',
      'Groups are not split across minibatches, so some minibatches will be empty and skipped.',
    );
  else if (rl.prompts % rl.minibatches !== 0)
    warn(
      'rl.minibatches',
      'Minibatches have different sizes.',
      `${rl.prompts} prompts do not divide by ${rl.minibatches}: groups are not split, so some minibatches have ` +
        `${Math.floor(rl.prompts / rl.minibatches)} groups and others ${Math.ceil(rl.prompts / rl.minibatches)}.`,
    );
  if (rl.kl_coefficient > 0 && rl.kl_estimator === 'k1')
    warn(
      'rl.kl_estimator',
      'The gradient of k1 is not the gradient of the KL.',
      'As a loss, its expected gradient is 0. k2 has the correct gradient; k3 is a lower-variance estimate of ' +
        'the value.',
    );
  if (rl.tis_cap !== null && rl.temperature !== 1)
    warn('rl.tis_cap', 'Sampler and trainer use the same temperature.', 'TIS then corrects only rounding differences.');
  return advice;
}

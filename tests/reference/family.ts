/**
 * The whole family of clip strategies in float64, as their authors' surrogates, with stop-gradients as separate
 * arguments.
 *
 * No gradient weight appears here: tests differentiate these surrogates numerically and compare the result with the
 * kernels. `live` are the log-probs to differentiate, `batch` holds the values under a stop-gradient (the same
 * numbers). Sources: verl `verl/trainer/ppo/core_algos.py` (vanilla, gspo, sapo, gpg, clip_cov, kl_cov, geo_mean,
 * cispo, dppo_tv, dppo_kl, dro), TRL `trl/trainer/grpo_trainer.py` (vespo, cispo's cap, luspo, opsm), ms-swift
 * `swift/rlhf_trainers/grpo_trainer.py` (fipo), AReaL `areal/trainer/ppo/actor.py` (m2po), Kwai-Klear/KlearReasoner and
 * Kwai-Klear/CE-GPPO (gppo), Kwai-Klear/ERC, WooooDyy/BAPO `recipe/bapo/policy_loss.py`, VenomRose-Juri/DGPO-RL,
 * FlyTune/MASPO-RL, MyRepositories-hub/Simple-Policy-Optimization, and the papers of DCPO, ASPO, TOPR and Kimi k1.5.
 */

export interface FamilyToken {
  logprob: number;
  oldLogprob: number;
  entropy: number;
  oldEntropy: number;
  advantage: number;
  sampledLogprob: number;
}

/** One row per response; the advantage is constant within a row. */
export type FamilyBatch = FamilyToken[][];
export type Parameters = Record<string, number | boolean | null>;

export interface Frozen {
  batch: FamilyBatch;
  parameters: Parameters;
  /** Truncated importance sampling; null: off. */
  tisCap: number | null;
  /** With a floor, corrections outside [tisFloor, tisCap] are 0 (IcePop). */
  tisFloor?: number;
  /** Corrections are of the whole response's ratio. */
  tisSequence?: boolean;
  /** Tokens that Clip-Cov dropped. */
  dropped?: boolean[][];
}

const clamp = (x: number, low: number, high: number) => Math.min(Math.max(x, low), high);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;
/** verl clamps log-ratios to [-20, 20]. */
export const logRatio = (logprob: number, oldLogprob: number) => clamp(logprob - oldLogprob, -20, 20);
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** max(-rA, -clip(r)A) with dual clip, negated: verl's vanilla loss as an objective to maximize. */
function ppo(r: number, a: number, low: number, high: number, c: number | null): number {
  const j = Math.min(r * a, clamp(r, low, high) * a);
  return a < 0 && c !== null ? Math.max(j, c * a) : j;
}

/** KlearReasoner's compute_gppo_loss and CE-GPPO's compute_gppo_loss_general_beta; `held` is sg(r). */
function gppo(r: number, held: number, a: number, parameters: Parameters): number {
  const [low, high] = [1 - num(parameters, 'eps_low'), 1 + num(parameters, 'eps_high')];
  let j = r * a;
  if (a > 0 && held > high) j = ((num(parameters, 'beta2') * high) / held) * r * a;
  if (a < 0 && held < low)
    j = parameters.only_high === true ? low * a : ((num(parameters, 'beta1') * low) / held) * r * a;
  const c = parameters.dual_clip;
  return a < 0 && typeof c === 'number' ? Math.max(j, c * a) : j;
}

function num(parameters: Parameters, name: string): number {
  const value = parameters[name];
  if (typeof value !== 'number') throw new Error(`parameter ${name} is missing`);
  return value;
}
const dual = (parameters: Parameters) => (typeof parameters.dual_clip === 'number' ? parameters.dual_clip : null);

/**
 * BAPO's search: first the lower bound rises, then the upper, until positive tokens contribute `target_ratio` times as
 * much as negative ones.
 */
export function bapoBounds(batch: FamilyBatch, parameters: Parameters): [number, number] {
  const tokens = batch
    .flat()
    .map((token) => ({ r: Math.exp(logRatio(token.logprob, token.oldLogprob)), a: token.advantage }));
  const unbalanced = (low: number, high: number) => {
    const positive = sum(tokens.filter(({ a }) => a >= 0).map(({ r, a }) => Math.min(r, high) * a));
    const negative = sum(tokens.filter(({ a }) => a < 0).map(({ r, a }) => -Math.max(r, low) * a));
    return negative > 0 && positive / (negative + 1e-8) < num(parameters, 'target_ratio');
  };
  let [low, high] = [num(parameters, 'low_start'), num(parameters, 'high_start')];
  while (unbalanced(low, high) && low < num(parameters, 'low_max') - 1e-9)
    low = Math.min(low + num(parameters, 'low_step'), num(parameters, 'low_max'));
  while (unbalanced(low, high) && high < num(parameters, 'high_max') - 1e-9)
    high = Math.min(high + num(parameters, 'high_step'), num(parameters, 'high_max'));
  return [low, high];
}

/** (A - mean A)(logp - mean logp) over all tokens of the minibatch. */
export function covariances(batch: FamilyBatch): number[][] {
  const all = batch.flat();
  const [a, logp] = [mean(all.map(({ advantage }) => advantage)), mean(all.map(({ logprob }) => logprob))];
  return batch.map((row) => row.map((token) => (token.advantage - a) * (token.logprob - logp)));
}

export const chosenCount = (batch: FamilyBatch, fraction: number) =>
  Math.max(Math.trunc(fraction * batch.flat().length), 1);

/** Tokens that Clip-Cov may drop: not clipped by PPO, with a covariance in the band. */
export function clipCovCandidates(batch: FamilyBatch, parameters: Parameters): boolean[][] {
  const cov = covariances(batch);
  return batch.map((row, i) =>
    row.map((token, t) => {
      const r = Math.exp(logRatio(token.logprob, token.oldLogprob));
      const clipped =
        (token.advantage > 0 && r > 1 + num(parameters, 'eps_high')) ||
        (token.advantage < 0 && r < 1 - num(parameters, 'eps_low'));
      const value = cov[i]?.[t] ?? NaN;
      return !clipped && value > num(parameters, 'covariance_low') && value < num(parameters, 'covariance_high');
    }),
  );
}

/** Tokens that KL-Cov penalises: those of highest covariance. */
export function klCovChosen(batch: FamilyBatch, parameters: Parameters): boolean[][] {
  const cov = covariances(batch);
  const sorted = cov.flat().sort((a, b) => b - a);
  const threshold = sorted[chosenCount(batch, num(parameters, 'fraction')) - 1] ?? Infinity;
  return cov.map((row) => row.map((value) => value >= threshold));
}

/** KL between (p, 1 - p) of the old and the new probability, as verl's compute_policy_loss_dppo_kl computes it. */
function binaryKl(oldLogprob: number, logprob: number): number {
  // Grids have points of p above 1, for which verl's logarithm is not a number and the token is masked, as at p = 1.
  const logp = Math.min(logprob, 0);
  const [q, p] = [Math.exp(oldLogprob), Math.exp(logp)];
  return q * (oldLogprob - logp) + (1 - q) * Math.log((1 - q + 1e-8) / (1 - p + 1e-8));
}

/** AReaL's _get_m2po_loss_mask: tokens of largest log(r)^2 are dropped until the mean of the others is below tau. */
export function m2poDropped(batch: FamilyBatch, tau: number): boolean[][] {
  const moments = batch.map((row) => row.map((token) => logRatio(token.logprob, token.oldLogprob) ** 2));
  const sorted = moments.flat().sort((a, b) => b - a);
  const first = sorted.findIndex((_, k) => mean(sorted.slice(k)) < tau);
  const dropped = first < 0 ? sorted.length - 1 : first;
  const last = dropped === 0 ? Infinity : (sorted[dropped - 1] ?? Infinity);
  return moments.map((row) => row.map((value) => value >= last));
}

/** ms-swift's _compute_fipo_influence of the tokens of a response. */
function fipoInfluence(tokens: FamilyToken[], held: number[], p: Parameters): number[] {
  const gamma = 2 ** (-1 / num(p, 'half_life'));
  const [range, limit, safety] = [num(p, 'influence_range'), p.dual_clip, p.safety];
  const counted = held.map((l) => (typeof limit === 'number' && Math.exp(l) > limit ? 0 : l));
  return tokens.map((token, t) => {
    const future = sum(counted.map((l, k) => (k < t ? 0 : gamma ** (k - t) * l)));
    const influence = range === 0 ? Math.exp(future) : clamp(Math.exp(future), p.high_only ? 1 : 1 - range, 1 + range);
    const unsafe = typeof safety === 'number' && token.advantage < 0 && Math.exp(held[t] ?? 0) > safety;
    return unsafe ? clamp(influence, 0.8, 1) : influence;
  });
}

/** All inputs of response i's surrogate. */
interface Row {
  i: number;
  frozen: Frozen;
  tokens: FamilyToken[];
  live: readonly number[];
  /** Log-ratios of the live and the frozen log-probs. */
  l: number[];
  held: number[];
}

type Surrogate = (row: Row) => number[];

/** A surrogate of one token, from its ratio, its frozen ratio and itself. */
const perToken =
  (
    value: (at: {
      r: number;
      held: number;
      a: number;
      logprob: number;
      token: FamilyToken;
      p: Parameters;
      i: number;
      t: number;
      frozen: Frozen;
    }) => number,
  ): Surrogate =>
  ({ tokens, live, l, held, frozen, i }) =>
    tokens.map((token, t) =>
      value({
        r: Math.exp(l[t] ?? 0),
        held: Math.exp(held[t] ?? 0),
        a: token.advantage,
        logprob: live[t] ?? 0,
        token,
        p: frozen.parameters,
        i,
        t,
        frozen,
      }),
    );

const band = (p: Parameters): [number, number] => [1 - num(p, 'eps_low'), 1 + num(p, 'eps_high')];
const vanilla = perToken(({ r, a, p }) => ppo(r, a, ...band(p), dual(p)));
const preserving = perToken(({ r, held, a, p }) => gppo(r, held, a, p));

/** Outside the entropy-ratio band the value is kept and its gradient dropped. */
const erc =
  (base: Surrogate): Surrogate =>
  (row) => {
    const [values, kept] = [base(row), base({ ...row, live: row.tokens.map(({ logprob }) => logprob), l: row.held })];
    const { parameters: p } = row.frozen;
    return row.tokens.map((token, t) => {
      const ratio = (token.entropy + 1e-8) / (token.oldEntropy + 1e-8);
      return (ratio > num(p, 'entropy_low') && ratio < num(p, 'entropy_high') ? values[t] : kept[t]) ?? NaN;
    });
  };

const SURROGATES: Record<string, Surrogate> = {
  reinforce: perToken(({ a, logprob }) => a * logprob),
  importance: perToken(({ r, a }) => r * a),
  ppo: vanilla,
  'clip-higher': vanilla,
  gppo: preserving,
  'ce-gppo': preserving,
  cispo: perToken(
    ({ held, a, logprob, p }) =>
      (typeof p.cap === 'number' ? Math.min(held, p.cap) : clamp(held, ...band(p))) * a * logprob,
  ),
  gspo: ({ tokens, live, held, frozen: { parameters: p } }) =>
    // s_t = sg(s) pi / sg(pi), with log s clamped at 10 from above.
    tokens.map((token, t) =>
      ppo(Math.exp(Math.min(mean(held) + (live[t] ?? 0) - token.logprob, 10)), token.advantage, ...band(p), null),
    ),
  gmpo: ({ tokens, l, frozen: { parameters: p } }) => {
    const m = l.map((value, t) => {
      const a = tokens[t]?.advantage ?? 0;
      const bounded = clamp(value, -num(p, 'eps_low'), num(p, 'eps_high'));
      return a > 0 ? Math.min(value, bounded) : a < 0 ? Math.max(value, bounded) : 0;
    });
    return tokens.map((token) => Math.exp(mean(m)) * token.advantage);
  },
  sapo: perToken(({ r, a, p }) => {
    const tau = a > 0 ? num(p, 'tau_pos') : num(p, 'tau_neg');
    return ((4 * sigmoid(tau * (r - 1))) / tau) * a;
  }),
  vespo: ({ tokens, live, held, frozen, i }) => {
    const { parameters: p } = frozen;
    const corrected = sum(corrections(frozen, i).map((factor) => Math.log(Math.max(factor, 1e-8))));
    const w = Math.exp(clamp(sum(held) + corrected, Math.log(1e-8), 20));
    return tokens.map((token, t) => {
      const sign = token.advantage >= 0 ? 'positive' : 'negative';
      const phi = Math.exp(num(p, `lambda_${sign}`) + num(p, `k_${sign}`) * Math.log(w) - num(p, `lambda_${sign}`) * w);
      return phi * token.advantage * (live[t] ?? 0);
    });
  },
  aspo: perToken(({ r, held, a, p }) => {
    const [low, high] = band(p);
    const c = num(p, 'c');
    if (a > 0) return held > high ? Math.min(1 / high, c) * a : Math.min(1 / held, c) * (r / held) * a;
    return held < low ? low * a : Math.min(held, c) * (r / held) * a;
  }),
  dcpo: perToken(({ r, a, token, p }) => {
    const q = Math.exp(token.oldLogprob);
    const low = (1 + Math.sqrt(Math.max(0, 1 - (4 * num(p, 'eps_low')) / q))) / 2;
    const high = Math.min((1 + Math.sqrt(1 + (4 * num(p, 'eps_high')) / q)) / 2, 10);
    return ppo(r, a, low, high, dual(p));
  }),
  bapo: perToken(({ r, a, p, frozen }) => ppo(r, a, ...bapoBounds(frozen.batch, p), dual(p))),
  topr: ({ tokens, live, held }) =>
    tokens.map(
      (token, t) => (token.advantage >= 0 ? 1 : clamp(Math.exp(sum(held)), 0, 1)) * token.advantage * (live[t] ?? 0),
    ),
  erc: erc(vanilla),
  'gppo-erc': erc(preserving),
  'clip-cov': perToken(({ r, a, p, frozen, i, t }) => (frozen.dropped?.[i]?.[t] ? 0 : ppo(r, a, ...band(p), null))),
  dgpo: perToken(({ r, held, a, p }) => {
    const [low, high] = band(p);
    if (a < 0 && held < low) return r * (held / low) ** num(p, 'n') * a;
    if (a > 0 && held > high) return r * (high / held) ** (1 / num(p, 'm')) * a;
    return r * a;
  }),
  maspo: perToken(({ r, held, a, token, p }) => {
    if (!((a > 0 && held > 1) || (a < 0 && held < 1))) return r * a;
    const base = num(p, 'sigma_base');
    const width = clamp(base / Math.exp(token.oldLogprob) ** num(p, 'alpha'), base, num(p, 'sigma_max'));
    const trust = a > 0 ? 1 + num(p, 'beta_pos') * a : 1 / (1 - num(p, 'beta_neg') * a);
    const sigma = width * clamp(trust, num(p, 'advantage_low'), num(p, 'advantage_high'));
    return Math.exp(-((held - 1) ** 2) / 2 / sigma ** 2) * r * a;
  }),
  spo: perToken(({ r, a, p }) => r * a - (Math.abs(a) * (r - 1) ** 2) / (2 * num(p, 'eps'))),
  'dppo-tv': perToken(({ held, a, logprob, token, p }) => {
    const change = Math.exp(token.logprob) - Math.exp(token.oldLogprob);
    const valid = a > 0 ? change <= num(p, 'eps_high') : change >= -num(p, 'eps_low');
    return valid ? a * Math.min(held, num(p, 'c')) * logprob : 0;
  }),
  'dppo-kl': perToken(({ held, a, logprob, token, p }) => {
    const kl = binaryKl(token.oldLogprob, token.logprob);
    const valid =
      a > 0
        ? kl <= num(p, 'eps_high') || token.logprob <= token.oldLogprob
        : kl <= num(p, 'eps_low') || token.logprob >= token.oldLogprob;
    return valid ? a * Math.min(held, num(p, 'c')) * logprob : 0;
  }),
  dro: perToken(({ a, logprob, token, p }) => a * logprob - 0.5 * num(p, 'beta') * (logprob - token.oldLogprob) ** 2),
  kimi: ({ tokens, live, l, held, frozen: { parameters: p, tisCap } }) =>
    // A log pi(y) - tau / 2 log(W)^2 of the response, shared out to its tokens. Corrections per token, which the paper
    // does not have, weigh each token's own share of value and slope, hence sg(log W) in that case.
    tokens.map((token, t) => {
      const [own, fixed] = [l[t] ?? 0, held[t] ?? 0];
      const penalty = tisCap === null ? sum(l) * own : sum(held) * (2 * own - fixed);
      return token.advantage * (live[t] ?? 0) - 0.5 * num(p, 'tau') * penalty;
    }),
  luspo: ({ tokens, live, l, held, frozen: { parameters: p, tisCap } }) =>
    // TRL: the loss of the response times its length, here as the sum of equal values of its tokens. Corrections weigh
    // each token's own share of the slope, as with GSPO: s_t = sg(s) pi / sg(pi).
    tokens.map((token, t) => {
      const logRatio = tisCap === null ? mean(l) : mean(held) + (live[t] ?? 0) - token.logprob;
      return ppo(Math.exp(logRatio), token.advantage, ...band(p), null);
    }),
  opsm: (row) => {
    const { tokens, frozen } = row;
    const drift = mean(tokens.map((token) => token.sampledLogprob - token.logprob));
    return vanilla(row).map((value, t) =>
      (tokens[t]?.advantage ?? 0) >= 0 || drift <= num(frozen.parameters, 'delta') ? value : 0,
    );
  },
  fipo: (row) => {
    const influence = fipoInfluence(row.tokens, row.held, row.frozen.parameters);
    return vanilla(row).map((value, t) => value * (influence[t] ?? NaN));
  },
  m2po: perToken(({ r, a, p, frozen, i, t }) => (m2poDropped(frozen.batch, num(p, 'threshold'))[i]?.[t] ? 0 : r * a)),
  'kl-cov': perToken(
    ({ r, a, logprob, token, p, frozen, i, t }) =>
      r * a - (klCovChosen(frozen.batch, p)[i]?.[t] ? num(p, 'kl_penalty') * Math.abs(logprob - token.oldLogprob) : 0),
  ),
};

/** Slopes that a surrogate adds to w A, by response and token; they do not scale with A and are no part of w. */
const PUSHES: Record<string, (frozen: Frozen, i: number, t: number) => number> = {
  'kl-cov': ({ batch, parameters: p }, i, t) =>
    klCovChosen(batch, p)[i]?.[t] ? -num(p, 'kl_penalty') * Math.sign(gap(batch[i]?.[t])) : 0,
  dro: ({ batch, parameters: p }, i, t) => -num(p, 'beta') * gap(batch[i]?.[t]),
  kimi: ({ batch, parameters: p }, i) => -num(p, 'tau') * sum((batch[i] ?? []).map(gap)),
};
const gap = (token: FamilyToken | undefined) => (token ? token.logprob - token.oldLogprob : NaN);

/** dJ/dlogp of a token on top of w A. */
export function push(name: string, frozen: Frozen, i: number, t: number): number {
  return (PUSHES[name]?.(frozen, i, t) ?? 0) * (corrections(frozen, i)[t] ?? NaN);
}

export const FAMILY = Object.keys(SURROGATES);

/** verl's compute_rollout_correction_weights for the tokens of response i; all 1 without a cap. */
function corrections({ batch, tisCap: cap, tisFloor: floor, tisSequence = false }: Frozen, i: number): number[] {
  const gaps = (batch[i] ?? []).map((token) => token.oldLogprob - token.sampledLogprob);
  return gaps.map((own) => {
    if (cap === null) return 1;
    const ratio = Math.exp(clamp(tisSequence ? sum(gaps) : own, -20, 20));
    if (floor === undefined) return Math.min(ratio, cap);
    return ratio >= floor && ratio <= cap ? ratio : 0;
  });
}

/** Surrogates J_t of response i when its log-probs are `live`. */
export function surrogates(name: string, frozen: Frozen, i: number, live: readonly number[]): number[] {
  const tokens = frozen.batch[i] ?? [];
  const surrogate = SURROGATES[name];
  if (!surrogate) throw new Error(`no reference of ${name}`);
  const values = surrogate({
    i,
    frozen,
    tokens,
    live,
    l: tokens.map((token, t) => logRatio(live[t] ?? 0, token.oldLogprob)),
    held: tokens.map((token) => logRatio(token.logprob, token.oldLogprob)),
  });
  if (name === 'vespo') return values;
  const factors = corrections(frozen, i);
  // verl: GMPO takes the geometric mean of a response's corrections.
  const mean1e10 = Math.exp(mean(factors.map((factor) => Math.log(Math.max(factor, 1e-10)))));
  return values.map((value, t) => value * (name === 'gmpo' ? mean1e10 : (factors[t] ?? NaN)));
}

/**
 * dJ/dlogp of token t of response i, J summed over the response (f_t is the same for all its tokens), by central
 * differences.
 */
export function slope(
  name: string,
  frozen: Frozen,
  i: number,
  t: number,
  side: 'both' | 'left' | 'right' = 'both',
): number {
  const own = (frozen.batch[i] ?? []).map(({ logprob }) => logprob);
  const total = (change: number) =>
    sum(
      surrogates(
        name,
        frozen,
        i,
        own.map((logprob, at) => (at === t ? logprob + change : logprob)),
      ),
    );
  const h = 1e-6;
  if (side === 'left') return (total(0) - total(-h)) / h;
  if (side === 'right') return (total(h) - total(0)) / h;
  return (total(h) - total(-h)) / (2 * h);
}

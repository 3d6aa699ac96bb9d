/**
 * What the page tells about strategies beyond their catalog entries, apart from these because the first screen does
 * not need it.
 *
 * In the formulas r is the token's ratio, s the geometric mean of a response's ratios, W their product, A the
 * advantage, p and q the token's probability under the policy and the old policy, lo = 1 - eps_low, hi = 1 + eps_high.
 */
import type { BuiltInStrategy } from './catalog.ts';

export interface StrategyDescription {
  /** The gradient weight w (grad J = w A grad log pi), in KaTeX. */
  formula: string;
  /** Code whose behaviour the strategy follows: repository and place. */
  reference: string;
  goodAt: string;
  badAt: string;
}

const PPO_WEIGHT = String.raw`w=\begin{cases}0&A>0,\ r>\mathrm{hi}\\0&A<0,\ r<\mathrm{lo}\\r&\text{else}\end{cases}`;
const GPPO_WEIGHT = String.raw`w=\begin{cases}\beta_2\,\mathrm{hi}&A>0,\ r>\mathrm{hi}\\\beta_1\,\mathrm{lo}&A<0,\ r<\mathrm{lo}\\r&\text{else}\end{cases}`;

export const DESCRIPTIONS: Readonly<Record<BuiltInStrategy, StrategyDescription>> = {
  ppo: {
    formula: PPO_WEIGHT,
    reference: 'verl core_algos.py, compute_policy_loss_vanilla',
    goodAt: 'Stable: tokens that have moved far get no further gradient.',
    badAt:
      'Discards the gradient of rare tokens that exploration needs, and late corrections of tokens with negative ' +
      'advantage.',
  },
  'clip-higher': {
    formula: PPO_WEIGHT,
    reference: 'verl core_algos.py, compute_policy_loss_vanilla with clip_ratio_high',
    goodAt: 'Keeps entropy high for longer than PPO, at no extra cost.',
    badAt: 'Beyond the wider range, gradients are still 0.',
  },
  gppo: {
    formula: GPPO_WEIGHT,
    reference: 'Kwai-Klear/KlearReasoner core_algos.py, compute_gppo_loss',
    goodAt:
      'Every token keeps a gradient: exploration continues above the clip range, and incorrect responses are ' +
      'still corrected below it.',
    badAt: 'With large updates, the preserved negative gradients can make a model collapse.',
  },
  'ce-gppo': {
    formula: GPPO_WEIGHT,
    reference: 'Kwai-Klear/CE-GPPO core_algos.py, compute_gppo_loss_general_beta',
    goodAt: 'Controls entropy separately for the two kinds of clipped tokens.',
    badAt: 'Two more parameters to tune; (1, 0.5) collapses in the paper.',
  },
  cispo: {
    formula: String.raw`w=\operatorname{clamp}(r,\mathrm{lo},\mathrm{hi})\quad\text{or}\quad\min(r,\mathrm{cap})`,
    reference: 'verl core_algos.py, compute_policy_loss_cispo; TRL grpo_trainer.py, loss_type cispo (cap)',
    goodAt: 'Rare but decisive tokens keep their gradient.',
    badAt: 'Also raises the weight of tokens far below the clip range.',
  },
  gspo: {
    formula: String.raw`w=\begin{cases}0&A>0,\ s>\mathrm{hi}\\0&A<0,\ s<\mathrm{lo}\\s&\text{else}\end{cases}`,
    reference: 'verl core_algos.py, compute_policy_loss_gspo',
    goodAt: 'Stable for long responses and mixture-of-experts models, where token ratios are noisy.',
    badAt: 'A few tokens can clip the whole response; its ε is far smaller than that of token-level strategies.',
  },
  gmpo: {
    formula: String.raw`w=\begin{cases}0&m_t\text{ clamped}\\e^{\overline{m}}&\text{else}\end{cases}\quad m_t=\log r_t\text{ clamped on the pessimistic side}`,
    reference: 'verl core_algos.py, compute_policy_loss_geo_mean',
    goodAt: 'Allows a wide clip range without outliers dominating.',
    badAt: 'Weights of short responses vary more.',
  },
  sapo: {
    formula: String.raw`w=4\,g(1-g)\,r,\quad g=\sigma(\tau(r-1))`,
    reference: 'verl core_algos.py, compute_policy_loss_sapo; TRL grpo_trainer.py, loss_type sapo',
    goodAt: 'The gradient has no jumps.',
    badAt: 'No token is fully clipped near 1, and the clip fraction is always 0 by definition.',
  },
  vespo: {
    formula: String.raw`w=e^{\lambda+k\log W-\lambda W}`,
    reference: 'TRL grpo_trainer.py, loss_type vespo (get_gamma_weights)',
    goodAt: 'The weight of off-policy responses decays smoothly.',
    badAt: 'W is a product over the response, so it moves away from 1 quickly for long responses.',
  },
  aspo: {
    formula: String.raw`w=\begin{cases}\min(1/r,c)&A>0,\ r\le\mathrm{hi}\\0&A>0,\ r>\mathrm{hi}\\0&A<0,\ r<\mathrm{lo}\\\min(r,c)&A<0,\ r\ge\mathrm{lo}\end{cases}`,
    reference: 'Archer2.0 (wizard-III/Archer2.0); its dual clip keeps the gradient',
    goodAt: 'Prevents already probable tokens from dominating the update.',
    badAt: 'The weight is no longer an unbiased importance weight.',
  },
  dcpo: {
    formula: String.raw`\text{as PPO, with}\ \ \mathrm{lo}=\tfrac12\Bigl(1+\sqrt{\max(0,1-\tfrac{4\varepsilon_l}{q})}\Bigr),\ \mathrm{hi}=\min\Bigl(\tfrac12\bigl(1+\sqrt{1+\tfrac{4\varepsilon_h}{q}}\bigr),10\Bigr)`,
    reference: 'lime-RL/DCPO',
    goodAt: 'Rare tokens can become several times more likely.',
    badAt: 'Probable tokens get a narrower clip range than usual.',
  },
  bapo: {
    formula: String.raw`\text{as PPO, with lo, hi moved until}\ \ \sum_{A\ge0}\min(r,\mathrm{hi})A\ \ge\ \rho\sum_{A<0}\max(r,\mathrm{lo})|A|`,
    reference: 'WooooDyy/BAPO recipe/bapo/policy_loss.py',
    goodAt: 'Prevents negative samples from dominating when most responses are incorrect.',
    badAt: 'Bounds depend on the minibatch, so equal tokens may be treated differently.',
  },
  topr: {
    formula: String.raw`w=\begin{cases}1&A\ge0\\\min(W,1)&A<0\end{cases}`,
    reference: 'the paper, with a = 0, b = 1 for A < 0',
    goodAt: 'Stable far off-policy: responses that have become improbable are no longer pushed down.',
    badAt: 'Responses with positive advantage are never clipped.',
  },
  erc: {
    formula: String.raw`w=w_{\text{PPO}}\cdot\mathbf 1\!\left[\ell<\tfrac{H}{H_{\text{old}}}<u\right]`,
    reference: 'Kwai-Klear/ERC core_algos.py, compute_policy_loss_grpo_erc',
    goodAt: 'Detects changes of the whole next-token distribution, which the sampled token’s ratio misses.',
    badAt: 'Drops many tokens where entropy is near 0, because the entropy ratio is noisy there.',
  },
  'gppo-erc': {
    formula: String.raw`w=w_{\text{GPPO}}\cdot\mathbf 1\!\left[\ell<\tfrac{H}{H_{\text{old}}}<u\right]`,
    reference: 'Kwai-Klear/ERC core_algos.py, compute_policy_loss_gppo_erc',
    goodAt: 'Preserves gradients as GPPO does, and limits the change of the whole distribution.',
    badAt: 'Drops many tokens where entropy is near 0, as ERC on PPO does.',
  },
  'clip-cov': {
    formula: String.raw`w=\begin{cases}0&\text{drawn among}\ b<\mathrm{cov}<u\\w_{\text{PPO}}&\text{else}\end{cases}\quad\mathrm{cov}=(A-\bar A)(\log\pi-\overline{\log\pi})`,
    reference: 'verl core_algos.py, compute_policy_loss_clip_cov',
    goodAt: 'Slows the fall of entropy by dropping very few tokens.',
    badAt: 'The choice is random; small minibatches drop one token or none.',
  },
  'kl-cov': {
    formula: String.raw`w=r;\quad\text{highest cov: }\ \nabla J=\bigl(rA-k\,\operatorname{sign}\log r\bigr)\nabla\log\pi`,
    reference: 'verl core_algos.py, compute_policy_loss_kl_cov',
    goodAt: 'Keeps entropy high with a penalty instead of dropping tokens.',
    badAt: 'All other tokens are unclipped.',
  },
  dgpo: {
    formula: String.raw`w=\begin{cases}r\,(\mathrm{hi}/r)^{1/m}&A>0,\ r>\mathrm{hi}\\r\,(r/\mathrm{lo})^{n}&A<0,\ r<\mathrm{lo}\\r&\text{else}\end{cases}`,
    reference: 'VenomRose-Juri/DGPO-RL core_algos.py, compute_policy_loss with ratio_mode dgpo',
    goodAt: 'Continuous at both bounds; tokens that have become improbable lose their weight.',
    badAt: 'Above the range the weight still grows with the ratio for m > 1.',
  },
  maspo: {
    formula: String.raw`\begin{gathered}w=\begin{cases}r\,e^{-(r-1)^2/2\sigma^2}&A>0,\ r>1\\r\,e^{-(r-1)^2/2\sigma^2}&A<0,\ r<1\\r&\text{else}\end{cases}\\ \sigma=\operatorname{clamp}\bigl(\sigma_0 q^{-\alpha},\sigma_0,\sigma_{\max}\bigr)\\ \cdot\operatorname{clamp}(k,a_l,a_h)\\ k=\begin{cases}1+\beta_+A&A>0\\1/(1-\beta_-A)&A<0\end{cases}\end{gathered}`,
    reference: 'FlyTune/MASPO-RL core_algos.py, compute_policy_loss with ratio_mode maspo',
    goodAt: 'No jump in the gradient, and room for rare tokens to grow.',
    badAt: 'Seven parameters; with σ₀ = 1 the gate is still 0.98 at r = 1.2.',
  },
  spo: {
    formula: String.raw`w=r\Bigl(1-\operatorname{sign}(A)\,\frac{r-1}{\varepsilon}\Bigr)`,
    reference: 'MyRepositories-hub/Simple-Policy-Optimization trainer.py, compute_policy_loss (SPO, arXiv 2401.16025)',
    goodAt: 'Differentiable everywhere; a token outside the range is moved back instead of being ignored.',
    badAt: 'The weight of a token far above the range grows with the square of its ratio.',
  },
  'dppo-tv': {
    formula: String.raw`\begin{gathered}w=\begin{cases}0&A>0,\ p-q>\delta_h\\0&A<0,\ p-q<-\delta_l\\\min(r,c)&\text{else}\end{cases}\\ p=\pi,\ q=\pi_{\text{old}}\end{gathered}`,
    reference: 'verl core_algos.py, compute_policy_loss_dppo_tv',
    goodAt: 'Rare tokens with a large ratio but a small change of probability keep their gradient.',
    badAt: 'Probable tokens are clipped at small ratios; one rare token can have a weight up to c.',
  },
  'dppo-kl': {
    formula: String.raw`\begin{gathered}w=\begin{cases}0&A>0,\ p>q,\ D>\delta_h\\0&A<0,\ p<q,\ D>\delta_l\\\min(r,c)&\text{else}\end{cases}\\ D=q\log\tfrac qp+(1-q)\log\tfrac{1-q}{1-p}\end{gathered}`,
    reference: 'verl core_algos.py, compute_policy_loss_dppo_kl',
    goodAt: 'Also bounds how fast a probable token may become certain or impossible.',
    badAt: 'Its thresholds are in nats and have no counterpart in a clip range; one rare token can weigh up to c.',
  },
  dro: {
    formula: String.raw`\nabla J=(A-\beta\log r)\,\nabla\log\pi`,
    reference: 'verl core_algos.py, compute_policy_loss_dro (dro_beta)',
    goodAt: 'Never discards a token; a token that has moved too far is pulled back.',
    badAt: 'Not an importance weight: far off-policy the gradient is biased, and β depends on the scale of A.',
  },
  kimi: {
    formula: String.raw`\nabla J=(A-\tau\log W)\,\nabla\log\pi`,
    reference: 'the paper, section 2.3.2, whose gradient has τ/2 times the gradient of log² W; no code is published',
    goodAt: 'The regularized optimum has a closed form, also off-policy.',
    badAt: 'log W grows with the length of the response, so τ must fall with it.',
  },
  luspo: {
    formula: String.raw`\begin{gathered}w=\begin{cases}0&A>0,\ s>\mathrm{hi}\\0&A<0,\ s<\mathrm{lo}\\s&\text{else}\end{cases}\\ \text{summed over tokens}\end{gathered}`,
    reference: 'TRL grpo_trainer.py, loss_type luspo',
    goodAt: 'Does not favour short correct responses as GSPO’s mean over tokens does.',
    badAt: 'A few tokens can clip the whole response; long responses dominate the update.',
  },
  opsm: {
    formula: String.raw`\begin{gathered}w=\begin{cases}0&A<0,\ D>\delta\\w_{\text{PPO}}&\text{else}\end{cases}\\ D=\tfrac1T\sum_t\log\tfrac{\pi_{\text{sampler}}}{\pi}\end{gathered}`,
    reference: 'TRL grpo_trainer.py, get_off_policy_mask',
    goodAt: 'Incorrect responses that the policy has left are not pushed down further; also sees sampler mismatch.',
    badAt: 'Drops whole responses, also their tokens that have not moved.',
  },
  fipo: {
    formula: String.raw`\begin{gathered}w=f\,w_{\text{PPO}}\\ f=\operatorname{clamp}(e^{F},\,1,\,1+\rho)\\ F=\sum_{k\ge t}2^{-(k-t)/h}\log r_k\end{gathered}`,
    reference: 'ms-swift grpo_trainer.py, _compute_fipo_influence',
    goodAt: 'Gives tokens of one response different credit without a value model.',
    badAt: 'Rewards what the policy already does: the influence is the policy’s own drift.',
  },
  m2po: {
    formula: String.raw`\begin{gathered}w=M\,r\\ M=0\ \text{for the largest}\ \log^2 r\\ \text{until}\ \operatorname{mean}_{M=1}\log^2 r<\tau\end{gathered}`,
    reference: 'AReaL actor.py, _apply_m2po_masking (the mask), and the paper (the objective, without a clip)',
    goodAt: 'Drops only outliers, and none while the minibatch as a whole is close to the old policy.',
    badAt: 'Whether a token is dropped depends on the others in its minibatch.',
  },
  importance: {
    formula: 'w=r',
    reference: 'PPO in the limit of infinite ε',
    goodAt: 'Unbiased per token while the policies are close.',
    badAt: 'One token with a large ratio can dominate the update.',
  },
  reinforce: {
    formula: 'w=1',
    reference: 'verl core_algos.py, compute_policy_loss_gpg',
    goodAt: 'Simple; the gradient weight is constant.',
    badAt: 'Biased after the first update; nothing limits how far a token moves.',
  },
};

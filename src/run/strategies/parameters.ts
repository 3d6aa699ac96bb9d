/** Parameters that several strategies share: their labels, texts and ranges. */
import type { ParameterInfo } from './types.ts';

export const number = (
  label: string,
  help: string,
  value: number,
  range: Partial<Pick<ParameterInfo, 'minimum' | 'maximum' | 'step' | 'exclusive' | 'unit'>> = {},
): ParameterInfo => ({ label, help, default: value, minimum: 0, maximum: 10, step: 0.05, ...range });

const low = (value: number): ParameterInfo =>
  number(
    'ε low',
    'Lower bound of the clip range, 1 − ε low; decrease it to clip more tokens with negative advantage.',
    value,
    {
      maximum: 1e9,
      step: 0.02,
    },
  );
const high = (value: number): ParameterInfo =>
  number(
    'ε high',
    'Upper bound of the clip range, 1 + ε high; increase it to leave more room for tokens with positive advantage.',
    value,
    { maximum: 1e9, step: 0.02 },
  );
export const band = (below: number, above: number) => ({ eps_low: low(below), eps_high: high(above) });

/** The clip range that defines the zones of strategies without their own. */
export const shownBand = () => {
  const zonesOnly = (info: ParameterInfo): ParameterInfo => ({
    ...info,
    help: 'Not used by this strategy; it only sets the clip range by which tokens are assigned to zones.',
    zonesOnly: true,
  });
  return { eps_low: zonesOnly(low(0.2)), eps_high: zonesOnly(high(0.2)) };
};
export const dualClip: ParameterInfo = {
  label: 'Dual clip c',
  help:
    'Tokens with negative advantage and ratio r > c get gradient weight 0, in GPPO too; set it to limit rare large ' +
    'gradients. Empty: off.',
  default: null,
  minimum: 1,
  maximum: 1e9,
  step: 1,
  exclusive: true,
};
export const beta1 = (value: number): ParameterInfo =>
  number(
    'β₁ below range, A<0',
    'Tokens with negative advantage below the clip range get gradient weight β₁(1 − ε low); 0 is PPO, and a ' +
      'larger value makes entropy fall faster.',
    value,
    { maximum: 100 },
  );
export const beta2 = (value: number): ParameterInfo =>
  number(
    'β₂ above range, A>0',
    'Tokens with positive advantage above the clip range get gradient weight β₂(1 + ε high); 0 is PPO, and a ' +
      'larger value keeps entropy high.',
    value,
    { maximum: 100 },
  );
export const onlyHigh: ParameterInfo = {
  label: 'Upper side only',
  help: 'Preserve the gradient above the clip range only; below it the weight is 0, as in PPO.',
  default: false,
  minimum: 0,
  maximum: 1,
  step: 1,
};
export const entropyBand = {
  entropy_low: number(
    'Entropy ratio, lower bound',
    'The gradient weight is 0 if the entropy at a token falls below this multiple of the old policy’s.',
    0.95,
  ),
  entropy_high: number(
    'Entropy ratio, upper bound',
    'The gradient weight is 0 if the entropy at a token rises above this multiple of the old policy’s.',
    1.05,
  ),
};

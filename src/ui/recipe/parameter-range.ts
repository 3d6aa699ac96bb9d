/** The range of a strategy's parameter, in words. */
import type { ParameterInfo } from '../../run/strategies/strategy-config.ts';

/** Bounds that only keep numbers finite say nothing to a person. */
const ENDLESS = 1e6;

export function rangeText({ default: usual, minimum, maximum, exclusive }: ParameterInfo): string {
  if (typeof usual === 'boolean') return 'On or off.';
  const from = minimum <= -ENDLESS ? '' : exclusive ? `above ${minimum}` : `from ${minimum}`;
  const to = maximum >= ENDLESS ? '' : exclusive || from === '' ? `up to ${maximum}` : `to ${maximum}`;
  const range = [from, to].filter(Boolean).join(exclusive && to ? ', ' : ' ') || 'any number';
  return `${range[0]?.toUpperCase() ?? ''}${range.slice(1)}.`;
}

export const defaultText = ({ default: usual }: ParameterInfo): string =>
  usual === null ? 'off' : typeof usual === 'boolean' ? (usual ? 'on' : 'off') : String(usual);

/** A rule as WGSL: its parameters as a struct, and its functions. */
import type { ResolvedStrategy } from '../run/strategies/strategy-config.ts';
import { guardedSource } from './custom-strategy.ts';

/** `band` for rules whose source has none. */
const USUAL_BAND = `
fn band(token: Token) -> Band {
  return Band(token.ratio, 1.0 - parameters.eps_low, 1.0 + parameters.eps_high);
}
`;

/** The struct `Parameters` with a field a parameter, for kernels that run the rule. */
export function parametersStruct(rule: Pick<ResolvedStrategy, 'parameters'>): string {
  const fields = Object.keys(rule.parameters).map((name) => `  ${name}: f32,`);
  return `struct Parameters {\n${fields.join('\n')}\n}\n`;
}

/** The numbers of that struct; uniforms come in multiples of 16 bytes. */
export function parametersWords(rule: Pick<ResolvedStrategy, 'parameters'>): Float32Array<ArrayBuffer> {
  const numbers = Object.values(rule.parameters);
  const words = new Float32Array(Math.ceil(numbers.length / 4) * 4);
  words.set(numbers);
  return words;
}

/** The rule's functions, `band` included; a custom rule's with its loops bounded. */
export function strategySource(rule: ResolvedStrategy): string {
  const source = rule.custom ? guardedSource(rule.source).source : rule.source;
  return /\bfn\s+band\s*\(/.test(rule.source) ? `\n${source}` : `\n${source}${USUAL_BAND}`;
}

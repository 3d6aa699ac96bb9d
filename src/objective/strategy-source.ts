/** A strategy as WGSL: its parameter struct and its functions. */
import type { ResolvedStrategy } from '../run/strategies/strategy-config.ts';
import { guardedSource } from './custom-strategy.ts';
import { STRATEGY_SOURCES } from './strategy-sources.ts';

/** Default `band` for strategies whose source has none. */
const USUAL_BAND = `
fn band(token: Token) -> Band {
  return Band(token.ratio, 1.0 - parameters.eps_low, 1.0 + parameters.eps_high);
}
`;

/** The struct `Parameters` with one field per parameter, for kernels that run the strategy. */
export function parametersStruct(strategy: Pick<ResolvedStrategy, 'parameters'>): string {
  const fields = Object.keys(strategy.parameters).map((name) => `  ${name}: f32,`);
  return `struct Parameters {\n${fields.join('\n')}\n}\n`;
}

/** The values of that struct; uniform sizes are multiples of 16 bytes. */
export function parametersWords(strategy: Pick<ResolvedStrategy, 'parameters'>): Float32Array<ArrayBuffer> {
  const numbers = Object.values(strategy.parameters);
  const words = new Float32Array(Math.ceil(numbers.length / 4) * 4);
  words.set(numbers);
  return words;
}

/** The strategy's functions, `band` included; a custom strategy's with its loops bounded. */
export function strategySource(strategy: ResolvedStrategy): string {
  const source = strategy.custom ? guardedSource(strategy.source).source : STRATEGY_SOURCES[strategy.name];
  return /\bfn\s+band\s*\(/.test(source) ? `\n${source}` : `\n${source}${USUAL_BAND}`;
}

/** The WGSL of the built-in strategies: `fn strategy`, and `fn band` where a strategy has its own band. */
import aspo from '../../shaders/strategies/aspo.wgsl?raw';
import bapo from '../../shaders/strategies/bapo.wgsl?raw';
import cispo from '../../shaders/strategies/cispo.wgsl?raw';
import clipCov from '../../shaders/strategies/clip-cov.wgsl?raw';
import dcpo from '../../shaders/strategies/dcpo.wgsl?raw';
import erc from '../../shaders/strategies/erc.wgsl?raw';
import gmpo from '../../shaders/strategies/gmpo.wgsl?raw';
import gppo from '../../shaders/strategies/gppo.wgsl?raw';
import gspo from '../../shaders/strategies/gspo.wgsl?raw';
import importance from '../../shaders/strategies/importance.wgsl?raw';
import klCov from '../../shaders/strategies/kl-cov.wgsl?raw';
import ppo from '../../shaders/strategies/ppo.wgsl?raw';
import reinforce from '../../shaders/strategies/reinforce.wgsl?raw';
import sapo from '../../shaders/strategies/sapo.wgsl?raw';
import topr from '../../shaders/strategies/topr.wgsl?raw';
import vespo from '../../shaders/strategies/vespo.wgsl?raw';
import type { BuiltInStrategy } from '../run/strategies/strategy-config.ts';

/** `erc.wgsl` gates another strategy, which it calls `base_strategy`. */
const gated = (base: string): string => `${base.replace('fn strategy(', 'fn base_strategy(')}\n${erc}`;

export const STRATEGY_SOURCES: Readonly<Record<BuiltInStrategy, string>> = {
  ppo,
  'clip-higher': ppo,
  gppo,
  'ce-gppo': gppo,
  cispo,
  gspo,
  gmpo,
  sapo,
  vespo,
  aspo,
  dcpo: `${ppo}\n${dcpo}`,
  bapo: `${ppo}\n${bapo}`,
  topr,
  erc: gated(ppo),
  'gppo-erc': gated(gppo),
  'clip-cov': clipCov,
  'kl-cov': klCov,
  importance,
  reinforce,
};

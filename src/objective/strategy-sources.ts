/** The WGSL of the built-in strategies: `fn strategy`, and `fn band` where a strategy has its own band. */
import aspo from '../../shaders/strategies/aspo.wgsl?raw';
import bapo from '../../shaders/strategies/bapo.wgsl?raw';
import cispo from '../../shaders/strategies/cispo.wgsl?raw';
import clipCov from '../../shaders/strategies/clip-cov.wgsl?raw';
import dcpo from '../../shaders/strategies/dcpo.wgsl?raw';
import dgpo from '../../shaders/strategies/dgpo.wgsl?raw';
import dppoKl from '../../shaders/strategies/dppo-kl.wgsl?raw';
import dppoTv from '../../shaders/strategies/dppo-tv.wgsl?raw';
import dro from '../../shaders/strategies/dro.wgsl?raw';
import erc from '../../shaders/strategies/erc.wgsl?raw';
import fipo from '../../shaders/strategies/fipo.wgsl?raw';
import gmpo from '../../shaders/strategies/gmpo.wgsl?raw';
import gppo from '../../shaders/strategies/gppo.wgsl?raw';
import gspo from '../../shaders/strategies/gspo.wgsl?raw';
import importance from '../../shaders/strategies/importance.wgsl?raw';
import kimi from '../../shaders/strategies/kimi.wgsl?raw';
import klCov from '../../shaders/strategies/kl-cov.wgsl?raw';
import luspo from '../../shaders/strategies/luspo.wgsl?raw';
import m2po from '../../shaders/strategies/m2po.wgsl?raw';
import maspo from '../../shaders/strategies/maspo.wgsl?raw';
import opsm from '../../shaders/strategies/opsm.wgsl?raw';
import ppo from '../../shaders/strategies/ppo.wgsl?raw';
import reinforce from '../../shaders/strategies/reinforce.wgsl?raw';
import sapo from '../../shaders/strategies/sapo.wgsl?raw';
import spo from '../../shaders/strategies/spo.wgsl?raw';
import topr from '../../shaders/strategies/topr.wgsl?raw';
import vespo from '../../shaders/strategies/vespo.wgsl?raw';
import type { BuiltInStrategy } from '../run/strategies/strategy-config.ts';

/** A strategy that scales another one, which it calls `base_strategy`. */
const scaled = (base: string, own: string): string => `${base.replace('fn strategy(', 'fn base_strategy(')}\n${own}`;

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
  erc: scaled(ppo, erc),
  'gppo-erc': scaled(gppo, erc),
  'clip-cov': clipCov,
  'kl-cov': klCov,
  dgpo,
  maspo,
  spo,
  'dppo-tv': dppoTv,
  'dppo-kl': dppoKl,
  dro,
  kimi,
  luspo,
  opsm: scaled(ppo, opsm),
  fipo: scaled(ppo, fipo),
  m2po,
  importance,
  reinforce,
};

/** The WGSL function of each strategy. A new strategy is one file in shaders/strategies, one line here, one entry in run/strategies.ts. */
import gppo from '../../shaders/strategies/gppo.wgsl?raw';
import importance from '../../shaders/strategies/importance.wgsl?raw';
import ppo from '../../shaders/strategies/ppo.wgsl?raw';
import supervised from '../../shaders/strategies/supervised.wgsl?raw';
import type { StrategyName } from '../run/config.ts';

export const STRATEGY_KERNELS: Record<StrategyName | 'supervised', string> = {
  supervised,
  importance,
  ppo,
  'clip-higher': ppo,
  gppo,
  'ce-gppo': gppo,
};

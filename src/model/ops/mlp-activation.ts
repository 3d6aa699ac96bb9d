/** The activation between the matrices of an MLP, as planned dispatches: SwiGLU, GELU, or GELU as a gate. */
import { common } from '../records.ts';
import geluSource from '../../../shaders/mlp/gelu.wgsl?raw';
import swigluSource from '../../../shaders/mlp/swiglu.wgsl?raw';
import { linearGrid } from '../../gpu/kernel.ts';
import type { LayerContext, LayerPlan } from './layer-context.ts';

/**
 * @param direction FORWARD takes [gateUp, mlpHidden], BACKWARD [gateUp, dMlpHidden, dGateUp]; `gateUp` is gate and up
 *   side by side, or up alone
 */
export async function addMlpActivation(
  { model, dims }: LayerContext,
  plan: LayerPlan,
  direction: 'FORWARD' | 'BACKWARD',
  buffers: GPUBuffer[],
): Promise<void> {
  const { activation, gated } = model.structure;
  const F = model.layout.intermediate;
  const direct = { F, FORWARD: 0, BACKWARD: 0, [direction]: 1 };
  if (activation === 'silu' && !gated) throw new Error('no kernel for SiLU without a gate');
  const kernel =
    activation === 'silu'
      ? { label: 'swiglu', source: common + swigluSource, constants: direct, entryPoint: 'main' }
      : {
          label: 'gelu',
          source: common + geluSource,
          constants: { ...direct, GATED: gated ? 1 : 0, TANH: activation === 'gelu-tanh' ? 1 : 0 },
          entryPoint: 'main',
        };
  await plan.add(kernel, [dims, ...buffers], ({ rows }) => linearGrid((rows * F) / 4));
}

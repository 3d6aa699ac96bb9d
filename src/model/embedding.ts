/** Token embeddings and learned positions as planned dispatches, forward and backward. */
import common from '../../shaders/common.wgsl?raw';
import embeddingSource from '../../shaders/embedding.wgsl?raw';
import positionsSource from '../../shaders/positions.wgsl?raw';
import { linearGrid } from '../gpu/kernel.ts';
import { fractional, type LayerContext, type LayerPlan } from './layer-context.ts';
import type { Model } from './model.ts';

function constantsOf({ layout, structure }: Model) {
  return { D: layout.hidden, POSITIONS: layout.positions ? 1 : 0, SCALED: structure.embeddingScale === 1 ? 0 : 1, FACTOR: fractional(structure.embeddingScale) };
}

/** x = embedding of each row's token, with its position where positions are learned. */
export async function addEmbedding({ model, dims, rows: batchRows }: LayerContext, plan: LayerPlan, x: GPUBuffer): Promise<void> {
  const { layout } = model;
  const constants = { FORWARD: 1, BACKWARD: 0, ...constantsOf(model) };
  await plan.add({ label: 'embedding', source: common + embeddingSource, constants, entryPoint: 'forward' }, [dims, batchRows, model.weight(layout.embedding), x, ...(layout.positions ? [model.weight(layout.positions)] : [])], ({ rows }) => linearGrid((rows * layout.hidden) / 4));
}

/** Of the tables that are trained. @param batch the batch's tokens in the order that the gradient wants (`PackedBatch`) */
export async function addEmbeddingBackward({ model, dims, rows: batchRows }: LayerContext, plan: LayerPlan, batch: { tokenGroups: GPUBuffer; sortedRows: GPUBuffer }, dx: GPUBuffer, gradients: GPUBuffer): Promise<void> {
  const { layout, config } = model;
  const D = layout.hidden;
  if (layout.embedding.trained) {
    const constants = { FORWARD: 0, BACKWARD: 1, ...constantsOf(model) };
    await plan.add({ label: 'embedding gradient', source: common + embeddingSource, constants, entryPoint: 'backward' }, [dims, batch.tokenGroups, batch.sortedRows, dx, model.gradient(layout.embedding, gradients)], ({ distinct }) => linearGrid((distinct * D) / 4));
  }
  if (!layout.positions?.trained) return;
  const positions = { label: 'position gradient', source: common + positionsSource, constants: { D, POSITIONS: config.maxPositions }, entryPoint: 'backward' };
  await plan.add(positions, [dims, batchRows, dx, model.gradient(layout.positions, gradients)], ({ rows }) => linearGrid((Math.min(rows, config.maxPositions) * D) / 4));
}

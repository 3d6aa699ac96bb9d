/** Token embeddings and learned positions as planned dispatches, forward and backward. */
import { common, TokenGroup } from '../records.ts';
import embeddingSource from '../../../shaders/embedding/embedding.wgsl?raw';
import positionsSource from '../../../shaders/embedding/positions.wgsl?raw';
import weightsSource from '../../../shaders/matmul/weights.wgsl?raw';
import { linearGrid } from '../../gpu/kernel.ts';
import { fractional, type LayerContext, type LayerPlan } from './layer-context.ts';
import type { Model } from '../model.ts';
import { weightConstants } from '../weights/precision.ts';
import type { WeightSlice } from '../weights/weight-store.ts';

const source = common + TokenGroup.wgsl + weightsSource + embeddingSource;
/** The gradient binds another table and no weights. */
const backwardSource = common + TokenGroup.wgsl + embeddingSource;

function constantsOf({ layout, structure }: Model) {
  return {
    D: layout.hidden,
    POSITIONS: layout.positions ? 1 : 0,
    SCALED: structure.embeddingScale === 1 ? 0 : 1,
    FACTOR: fractional(structure.embeddingScale),
  };
}

/** Tokens whose rows are in a slice of the table. */
function sliceConstants({ first, rows }: WeightSlice, slices: readonly WeightSlice[]) {
  return { SLICED: slices.length > 1 ? 1 : 0, FIRST_TOKEN: first, LAST_TOKEN: first + rows };
}

/** x = embedding of each row's token, with its position where positions are learned. */
export async function addEmbedding(
  { model, tuner, dims, rows: batchRows }: LayerContext,
  plan: LayerPlan,
  x: GPUBuffer,
): Promise<void> {
  const { layout } = model;
  const { precision, slices } = model.matrix(layout.embedding);
  for (const slice of slices) {
    const constants = {
      FORWARD: 1,
      BACKWARD: 0,
      ...constantsOf(model),
      ...weightConstants(model.gpu, tuner, precision),
      ...sliceConstants(slice, slices),
    };
    await plan.add(
      { label: 'embedding', source, constants, entryPoint: 'forward' },
      [dims, batchRows, slice.binding, x, ...(layout.positions ? [model.weight(layout.positions)] : [])],
      ({ rows }) => linearGrid((rows * layout.hidden) / 4),
    );
  }
}

/**
 * Gradients of the trained tables. @param batch the batch's tokens in the order that the gradient needs (`PackedBatch`)
 */
export async function addEmbeddingBackward(
  { model, dims, rows: batchRows }: LayerContext,
  plan: LayerPlan,
  batch: { tokenGroups: GPUBuffer; sortedRows: GPUBuffer },
  dx: GPUBuffer,
  gradients: GPUBuffer,
): Promise<void> {
  const { layout, config } = model;
  const D = layout.hidden;
  if (layout.embedding.trained) {
    const slices = model.gradientSlices(layout.embedding, gradients);
    for (const slice of slices) {
      const constants = { FORWARD: 0, BACKWARD: 1, ...constantsOf(model), ...sliceConstants(slice, slices) };
      await plan.add(
        { label: 'embedding gradient', source: backwardSource, constants, entryPoint: 'backward' },
        [dims, batch.tokenGroups, batch.sortedRows, dx, slice.binding],
        ({ distinct }) => linearGrid((distinct * D) / 4),
      );
    }
  }
  if (!layout.positions?.trained) return;
  const positions = {
    label: 'position gradient',
    source: common + positionsSource,
    constants: { D, POSITIONS: config.maxPositions },
    entryPoint: 'backward',
  };
  await plan.add(positions, [dims, batchRows, dx, model.gradient(layout.positions, gradients)], ({ rows }) =>
    linearGrid((Math.min(rows, config.maxPositions) * D) / 4),
  );
}

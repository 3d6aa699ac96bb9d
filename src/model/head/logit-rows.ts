/**
 * Kernels over whole rows of logits: the next token, and log-prob and entropy of a target. One thread handles a row
 * where the vocabulary is small or the adapter is software, otherwise one workgroup; results differ only in the
 * rounding of sums.
 */
import { common, Sampling, Slot } from '../records.ts';
import headSource from '../../../shaders/head/head.wgsl?raw';
import headWorkgroup from '../../../shaders/head/head-workgroup.wgsl?raw';
import rowReduction from '../../../shaders/row-reduction.wgsl?raw';
import samplingSource from '../../../shaders/sampling/sampling.wgsl?raw';
import samplingThread from '../../../shaders/sampling/sampling-thread.wgsl?raw';
import samplingWorkgroup from '../../../shaders/sampling/sampling-workgroup.wgsl?raw';
import { LINEAR_WORKGROUP, linearGrid, type Grid, type Plan } from '../../gpu/kernel.ts';
import type { Tuner } from '../../gpu/tuner.ts';
import type { BatchShape } from '../ops/batch-shape.ts';
import type { Model } from '../model.ts';

/** The tuner's question; its variants are `thread` and `workgroup`. */
export const LOGIT_ROWS = 'rows of logits';
/**
 * Vocabulary size from which a workgroup pays for its barriers where lanes run in parallel. A CPU runs lanes in turn,
 * and each barrier stops all of them.
 */
const LARGE_VOCABULARY = 2048;

function byWorkgroup(tuner: Tuner, { config, gpu }: Model): boolean {
  const pays = config.vocabularySize >= LARGE_VOCABULARY && !gpu.adapter.software;
  return tuner.prefer(LOGIT_ROWS, pays ? 'workgroup' : 'thread') === 'workgroup';
}

const rowGrid = (rows: number, workgroup: boolean): Grid => linearGrid(workgroup ? rows * LINEAR_WORKGROUP : rows);

const vocabularyOf = ({ config, layout }: Model) => ({ V: config.vocabularySize, V_PADDED: layout.vocabulary });

/**
 * The next token of every row of a batch, or of a chunk of it that starts at row `first`.
 *
 * @param resources dims of the chunk, sampling, logits, slots, rows, sampled tokens, lengths, ends, as in sampling.wgsl
 */
export async function addSampling(
  plan: Plan<BatchShape>,
  tuner: Tuner,
  model: Model,
  { first, mostTokens }: { first: number; mostTokens: number },
  resources: (GPUBuffer | GPUBufferBinding)[],
): Promise<void> {
  const workgroup = byWorkgroup(tuner, model);
  const source =
    common +
    Slot.wgsl +
    Sampling.wgsl +
    samplingSource +
    (workgroup ? rowReduction + samplingWorkgroup : samplingThread);
  const constants = { ...vocabularyOf(model), MAX_NEW: mostTokens, FIRST_ROW: first, WORDS: 1 };
  await plan.add({ label: 'sampling', source, constants, entryPoint: 'draw' }, resources, ({ rows }) =>
    rowGrid(rows, workgroup),
  );
}

/**
 * Log-prob and entropy of every target of a chunk. @param resources dims, targets, logits, likelihoods, as in head.wgsl
 */
export async function addLogProbs(
  plan: Plan<BatchShape>,
  tuner: Tuner,
  model: Model,
  resources: (GPUBuffer | GPUBufferBinding)[],
): Promise<void> {
  const workgroup = byWorkgroup(tuner, model);
  const source = common + (workgroup ? rowReduction + headWorkgroup : headSource);
  const constants = { ...vocabularyOf(model), FORWARD: 1, BACKWARD: 0, KEEP: 0, WORDS: 0 };
  await plan.add({ label: 'log-probs', source, constants, entryPoint: 'forward' }, resources, ({ targets }) =>
    rowGrid(targets, workgroup),
  );
}

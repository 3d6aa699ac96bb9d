/**
 * What of a run fits in its memory budget, found by planning it with other settings: for a run that is refused the
 * changes with which it fits, for one that fits how far it could go.
 */
import { StudioError } from '../errors.ts';
import type { Gpu } from '../gpu/device.ts';
import type { RunConfig } from '../run/config.ts';
import { largestPhase, megabytesText, passesText } from '../views/memory.ts';
import { rolloutLengths } from '../rl/rollouts.ts';
import { planMemory, type PlannedMemory } from './memory-plan.ts';
import type { StartingOutline } from './starting-point.ts';

type PlanOptions = Parameters<typeof planMemory>[3];

/** A change of a run's settings. */
interface Change {
  /** In the config's words. */
  setting: string;
  config: RunConfig;
  start: StartingOutline;
}

/** A small adapter of every linear layer, as one would begin with. */
const LORA = { rank: 8, alpha: 16, targets: ['all-linear'] };

/**
 * As `planMemory`; where the run does not fit, the error says with which changes it would.
 *
 * @throws StudioError `memory`
 */
export async function planRun(
  gpu: Gpu,
  config: RunConfig,
  start: StartingOutline,
  options?: PlanOptions,
): Promise<PlannedMemory> {
  try {
    return await planMemory(gpu, config, start, options);
  } catch (error) {
    if (!(error instanceof StudioError) || error.kind !== 'memory') throw error;
    const found: string[] = [];
    for (const change of changes(config, start)) {
      const total = await totalOf(gpu, change, options);
      if (total !== undefined) found.push(`${change.setting} (${megabytesText(total)})`);
    }
    const tokens = await longestResponse(
      gpu,
      recomputed(config, start),
      1,
      config.rl ? rolloutLengths(start.task, config.rl).response - 1 : 0,
      options,
    );
    if (tokens !== undefined) found.push(`memory.recompute and rl.max_response_tokens ${tokens}`);
    if (found.length === 0) throw error;
    throw new StudioError('memory', error.message, `It fits with ${found.join('; or with ')}. ${error.advice}`);
  }
}

/** How far a run that fits could go, a sentence each. */
export async function roomLeft(
  gpu: Gpu,
  config: RunConfig,
  start: StartingOutline,
  { plan }: PlannedMemory,
  options?: PlanOptions,
): Promise<string[]> {
  const phase = largestPhase(plan);
  const sentences = phase ? [passesText(phase) ?? 'largest pass that fits: a whole minibatch'] : [];
  if (!config.rl) return sentences;
  const { prompt, response } = rolloutLengths(start.task, config.rl);
  const longest = await longestResponse(
    gpu,
    { setting: '', config, start },
    response,
    start.config.maxPositions - prompt,
    options,
  );
  return longest === undefined
    ? sentences
    : [...sentences, `longest responses that fit, where an update may be cut into passes: ${longest} tokens`];
}

/**
 * Changes that keep what the run trains on: less memory for the same gradients first, then adapters in place of all
 * weights.
 */
function* changes(config: RunConfig, start: StartingOutline): Generator<Change> {
  const again = recomputed(config, start);
  if (!config.memory?.recompute) yield again;
  const rounded = ({ setting, config: { memory, ...rest }, start: { options, ...others } }: Change): Change => ({
    setting: `${setting} and memory.frozen_weights "bf16"`,
    config: { ...rest, memory: { recompute: true, ...memory, frozen_weights: 'bf16' } },
    start: { ...others, options: { ...options, frozen: 'bf16' } },
  });
  const { lora, freeze } = config.model;
  if (lora ?? freeze) {
    yield rounded(again);
    return;
  }
  const { trained: _trained, ...kept } = again.start.options;
  const adapted: Change = {
    setting: `memory.recompute and model.lora {"rank": ${LORA.rank}, "alpha": ${LORA.alpha}, "targets": ["all-linear"]}`,
    config: { ...again.config, model: { ...config.model, lora: LORA } },
    start: { ...start, options: { ...kept, lora: LORA } },
  };
  yield adapted;
  yield rounded(adapted);
}

const recomputed = (config: RunConfig, start: StartingOutline): Change => ({
  setting: 'memory.recompute',
  config: { ...config, memory: { ...config.memory, recompute: true } },
  start,
});

/** Bytes of the largest phase; undefined when it does not fit. */
async function totalOf(gpu: Gpu, { config, start }: Change, options: PlanOptions): Promise<number | undefined> {
  try {
    return largestPhase((await planMemory(gpu, config, start, options)).plan)?.total;
  } catch (error) {
    if (error instanceof StudioError) return undefined;
    throw error;
  }
}

/**
 * The most response tokens from `least` to `most` with which a run fits, by bisection; undefined when even `least` is
 * too many.
 */
async function longestResponse(
  gpu: Gpu,
  { setting, config, start }: Change,
  least: number,
  most: number,
  options: PlanOptions,
): Promise<number | undefined> {
  const { rl } = config;
  if (!rl || most < least) return undefined;
  const fits = async (tokens: number) =>
    (await totalOf(
      gpu,
      { setting, start, config: { ...config, rl: { ...rl, max_response_tokens: tokens } } },
      options,
    )) !== undefined;
  if (!(await fits(least))) return undefined;
  let [low, high] = [least, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (await fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

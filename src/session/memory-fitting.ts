/**
 * Finds by planning with other settings what fits in a run's memory budget: for a refused run, changes that make it
 * fit; for one that fits, its upper limits.
 */
import { StudioError } from '../errors.ts';
import type { Gpu } from '../gpu/device.ts';
import { largestPhase, megabytesText, passesText } from '../views/memory.ts';
import { rolloutLengths } from '../rl/rollouts.ts';
import { planMemory, type PlannedMemory } from './memory-plan.ts';
import type { ResolvedRun } from './resolved-run.ts';

type PlanOptions = Parameters<typeof planMemory>[2];

/** A resolved run that fits in its memory budget. */
export interface PlannedRun extends ResolvedRun {
  memory: PlannedMemory;
}

/** A change to a run's settings. */
interface Change {
  /** In the config's words. */
  setting: string;
  run: ResolvedRun;
}

/** A small adapter on every linear layer, a common starting point. */
const LORA = { rank: 8, alpha: 16, targets: ['all-linear'] };

/**
 * As `planMemory`; where the run does not fit, the error names changes that would make it fit.
 *
 * @throws StudioError `memory`
 */
export async function planRun(gpu: Gpu, run: ResolvedRun, options?: PlanOptions): Promise<PlannedRun> {
  try {
    return { ...run, memory: await planMemory(gpu, run, options) };
  } catch (error) {
    if (!(error instanceof StudioError) || error.kind !== 'memory') throw error;
    const found: string[] = [];
    for (const change of changes(run)) {
      const total = await totalOf(gpu, change.run, options);
      if (total !== undefined) found.push(`${change.setting} (${megabytesText(total)})`);
    }
    const { rl } = run.config;
    const most = rl ? rolloutLengths(run.task, rl).response - 1 : 0;
    const tokens = await longestResponse(gpu, recomputed(run).run, 1, most, options);
    if (tokens !== undefined) found.push(`memory.recompute and rl.max_response_tokens ${tokens}`);
    if (found.length === 0) throw error;
    throw new StudioError(
      'memory',
      error.message,
      `It fits with ${found.join('; or with ')}. ${error.advice}`,
      error.field,
    );
  }
}

/** Upper limits of a run that fits, one sentence per limit. */
export async function roomLeft(gpu: Gpu, run: PlannedRun, options?: PlanOptions): Promise<string[]> {
  const phase = largestPhase(run.memory.plan);
  const sentences = phase ? [passesText(phase) ?? 'largest pass that fits: one whole minibatch'] : [];
  const { rl } = run.config;
  if (!rl) return sentences;
  const { prompt, response } = rolloutLengths(run.task, rl);
  const longest = await longestResponse(gpu, run, response, run.model.maxPositions - prompt, options);
  return longest === undefined
    ? sentences
    : [...sentences, `longest responses that fit, with updates split into passes: ${longest} tokens`];
}

/** Changes that keep the training data: first those with the same gradients, then adapters instead of all weights. */
function* changes(run: ResolvedRun): Generator<Change> {
  const { config } = run;
  const again = recomputed(run);
  if (!config.memory?.recompute) yield again;
  const rounded = ({ setting, run: changed }: Change): Change => ({
    setting: `${setting} and memory.frozen_weights "bf16"`,
    run: {
      ...changed,
      config: { ...changed.config, memory: { recompute: true, ...changed.config.memory, frozen_weights: 'bf16' } },
      options: { ...changed.options, frozen: 'bf16' },
    },
  });
  const { lora, freeze } = config.model;
  if (lora ?? freeze) {
    yield rounded(again);
    return;
  }
  const { trained: _trained, ...kept } = again.run.options;
  const adapted: Change = {
    setting:
      `memory.recompute and model.lora ` + `{"rank": ${LORA.rank}, "alpha": ${LORA.alpha}, "targets": ["all-linear"]}`,
    run: {
      ...run,
      config: { ...again.run.config, model: { ...config.model, lora: LORA } },
      options: { ...kept, lora: LORA },
    },
  };
  yield adapted;
  yield rounded(adapted);
}

const recomputed = (run: ResolvedRun): Change => ({
  setting: 'memory.recompute',
  run: { ...run, config: { ...run.config, memory: { ...run.config.memory, recompute: true } } },
});

/** Bytes of the largest phase; undefined when it does not fit. */
async function totalOf(gpu: Gpu, run: ResolvedRun, options: PlanOptions): Promise<number | undefined> {
  try {
    return largestPhase((await planMemory(gpu, run, options)).plan)?.total;
  } catch (error) {
    if (error instanceof StudioError) return undefined;
    throw error;
  }
}

/**
 * The maximum response tokens from `least` to `most` with which a run fits, by bisection; undefined when even `least`
 * is too many.
 */
async function longestResponse(
  gpu: Gpu,
  run: ResolvedRun,
  least: number,
  most: number,
  options: PlanOptions,
): Promise<number | undefined> {
  const { config } = run;
  const { rl } = config;
  if (!rl || most < least) return undefined;
  const fits = async (tokens: number) =>
    (await totalOf(gpu, { ...run, config: { ...config, rl: { ...rl, max_response_tokens: tokens } } }, options)) !==
    undefined;
  if (!(await fits(least))) return undefined;
  let [low, high] = [least, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (await fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

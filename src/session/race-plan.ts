/**
 * Plans a race before anything is allocated: each lane as if it ran alone, because another split into passes would give
 * other metrics, and all lanes together within one budget.
 */
import { MIN_LANES, type RaceEntry } from '../compare/race.ts';
import { StudioError } from '../errors.ts';
import type { Gpu } from '../gpu/device.ts';
import { largestPhase, megabytesText } from '../views/memory.ts';
import type { PlannedRun } from './memory-fitting.ts';
import { planMemory } from './memory-plan.ts';
import type { RunPlanner, RunPlanOptions } from './run-planner.ts';

export interface PlannedLane {
  label: string;
  run: PlannedRun;
}

/**
 * @throws StudioError as `RunPlanner.plan`, with the lane's label; `memory` when the lanes do not fit together, with
 *   what each needs and what to change
 */
export async function planRace(
  gpu: Gpu,
  planner: Pick<RunPlanner, 'plan'>,
  entries: readonly RaceEntry[],
  options: Omit<RunPlanOptions, 'freeze'> = {},
): Promise<PlannedLane[]> {
  const lanes: PlannedLane[] = [];
  for (const { label, config: given } of entries) {
    // A race has no place for the reports of its lanes.
    const { report: _, ...config } = given;
    try {
      lanes.push({ label, run: await planner.plan(gpu, config, { ...options, keepGood: false }) });
    } catch (error) {
      if (!(error instanceof StudioError) || error.kind === 'cancelled') throw error;
      throw new StudioError(error.kind, `${label}: ${error.message}`, error.advice, error.field);
    }
  }
  await assertFits(gpu, lanes);
  return lanes;
}

/** Bytes of a lane at its largest. */
const bytesOf = ({ run }: PlannedLane): number => largestPhase(run.memory.plan)?.total ?? 0;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

async function assertFits(gpu: Gpu, lanes: readonly PlannedLane[]): Promise<void> {
  const budget = lanes[0]?.run.memory.plan.budget ?? 0;
  const total = sum(lanes.map(bytesOf));
  if (total <= budget) return;
  const each = lanes.map((lane) => `${lane.label} ${megabytesText(bytesOf(lane))}`).join(', ');
  const advice = [...fewer(lanes, budget), ...(await recomputed(gpu, lanes, budget))];
  throw new StudioError(
    'memory',
    `The race needs ${megabytesText(total)} on the adapter (${each}), over the budget of ${megabytesText(budget)}.`,
    `${advice.map((one) => `${one}. `).join('')}Choose a smaller model or fewer responses, or raise memory.budget_mb ` +
      'if the adapter has more memory.',
    'memory.budget_mb',
  );
}

/** The first lanes that fit together, if that is a race. */
function fewer(lanes: readonly PlannedLane[], budget: number): string[] {
  for (let count = lanes.length - 1; count >= MIN_LANES; count--) {
    const total = sum(lanes.slice(0, count).map(bytesOf));
    if (total <= budget) {
      const removed = lanes.slice(count).map(({ label }) => label);
      return [`The first ${count} fit (${megabytesText(total)}): remove ${removed.join(' and ')}`];
    }
  }
  return [];
}

/** Recomputed activations, which change no metric, if all lanes fit with them. */
async function recomputed(gpu: Gpu, lanes: readonly PlannedLane[], budget: number): Promise<string[]> {
  if (lanes.some(({ run }) => run.config.memory?.recompute)) return [];
  let total = 0;
  for (const { run } of lanes) {
    const memory = { ...run.config.memory, recompute: true };
    const { plan } = await planMemory(gpu, { ...run, config: { ...run.config, memory } }, { keepGood: false });
    total += largestPhase(plan)?.total ?? 0;
  }
  return total <= budget ? [`All fit with memory.recompute (${megabytesText(total)})`] : [];
}

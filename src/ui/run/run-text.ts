/** The texts of the run's bar: which run it is, what it is doing, and where it is paused or stopped. */
import { resolveStrategy } from '../../run/strategies/strategy-config.ts';
import type { RunConfig } from '../../run/config.ts';
import type { Phase } from '../../run/step-record.ts';
import type { RunStatus } from '../../views/run-view.ts';
import type { Preparation } from '../../worker/events.ts';
import type { DataProgress } from '../../views/data.ts';
import { duration } from '../format.ts';

export const STATE_TEXT: Record<RunStatus, string> = {
  idle: 'ready',
  preparing: 'preparing',
  running: 'running',
  pausing: 'pausing after this step',
  paused: 'paused',
  stopping: 'stopping',
  finished: 'finished',
  stopped: 'stopped',
  failed: 'failed',
};

/** The run's name, with its strategy unless the name says it: `GPPO, addition, seed 7`, `lecture (GPPO)`. */
export function runTitle({ name, rl }: Pick<RunConfig, 'name' | 'rl'>): string {
  if (!rl) return name;
  const { title } = resolveStrategy(rl.strategy);
  const words = (text: string) =>
    ` ${text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim()} `;
  return words(name).includes(words(title)) ? name : `${name} (${title})`;
}

/** The current stage of a start. */
export function preparationText({ stage, reading, kernels, secondsLeft }: Preparation): string {
  if (stage === 'checking') return 'checking the recipe, planning memory';
  if (stage === 'reading' && reading) return readingText(reading);
  if (stage === 'loading' || !kernels) return 'loading weights';
  const { compiled, requested, label } = kernels;
  const left = secondsLeft === undefined ? '' : `, ${duration(secondsLeft)} left`;
  return `compiling kernels: ${compiled} of ${requested} (${label})${left}`;
}

/** `reading gsm8k.jsonl: 41 % · 410,000 rows`; rows are counted once they are read. */
export function readingText({ work, name, done, total, rows }: DataProgress): string {
  const percent = total > 0 ? Math.floor((100 * done) / total) : 100;
  const counted = rows ? ` · ${rows.toLocaleString('en-GB')} rows` : '';
  return `${work === 'measuring' ? 'counting tokens of' : work} ${name}: ${percent} %${counted}`;
}

export interface PausedAt {
  phase: Phase;
  /** Completed steps of the stage, and its number of steps. */
  step: number;
  steps: number;
}

/** The newest step in words: `step 12 of 40`, `SFT step 3 of 300`. */
export const placeText = ({ phase, step, steps }: PausedAt): string =>
  phase === 'evaluation' ? 'evaluation' : `${phase === 'sft' ? 'SFT step' : 'step'} ${step} of ${steps}`;

/** Between which steps a run is paused or stopped: `paused between steps 16 and 17 of 60`. */
export function pausedText(state: 'paused' | 'stopped', { phase, step, steps }: PausedAt): string {
  const title = phase === 'sft' ? 'SFT step' : 'step';
  if (phase === 'evaluation') return STATE_TEXT[state];
  if (step === 0) return `${state} before ${title} 1 of ${steps}`;
  if (step >= steps) return `${state} after ${title} ${step} of ${steps}`;
  return `${state} between ${title}s ${step} and ${step + 1} of ${steps}`;
}

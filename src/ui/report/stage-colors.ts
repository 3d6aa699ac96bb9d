import type { StageName } from '../../report/stage-answers.ts';

/** Colours that stay apart for colour-blind readers: those of three strategies. */
export const STAGE_COLORS: Readonly<Record<StageName, string>> = {
  start: 'var(--zone-inside)',
  sft: 'var(--series-1)',
  rl: 'var(--series-2)',
};

/** What a call of a custom reward came to, and failures in words. */

export interface Limits {
  /** Loop iterations and calls. */
  steps: number;
  /** Of the whole interpreter. */
  memoryMB: number;
}

export interface Failure {
  error: string;
  /** Of the source, from 1. */
  line?: number;
}

export type Outcome = { reward: number; correct?: boolean } | Failure;

export const FILE = 'reward.js';
/** A call that takes longer is ended, in ms: the limit of steps ends it first, except where single steps are slow. */
export const LONGEST_CALL = 10_000;

/** @param text JSON that the prelude made */
export function readOutcome(text: string, limits: Limits): Outcome {
  const value = JSON.parse(text) as {
    reward?: string;
    correct?: boolean;
    wrong?: string;
    thrown?: string;
    stack?: string;
  };
  if (value.thrown !== undefined) return failure(value.thrown, value.stack ?? '', limits);
  if (value.reward === undefined)
    return { error: `returned ${value.wrong ?? 'nothing'}; expected a number, or {reward, correct}` };
  const reward = Number(value.reward);
  if (!Number.isFinite(reward)) return { error: `returned ${value.reward}; expected a finite number` };
  return value.correct === undefined ? { reward } : { reward, correct: value.correct };
}

/** @param message of the error, with its name; empty if even the error found no memory */
export function failure(message: string, stack: string, limits: Limits): Failure {
  const place = lineOf(stack);
  const memory = `needs more than ${limits.memoryMB} MB of memory (memory_mb)`;
  if (message === '' || message.includes('out of memory')) return { error: memory, ...place };
  // When there is no memory for the error either, the interpreter throws null.
  if (message === 'threw null') return { error: `${memory}, or threw null`, ...place };
  if (message.includes('stack overflow')) return { error: 'recursion is too deep', ...place };
  return { error: message, ...place };
}

export function limitFailure(exceeded: 'steps' | 'time', stack: string, { steps }: Limits): Failure {
  const error =
    exceeded === 'time'
      ? `took longer than ${LONGEST_CALL / 1000} s`
      : `took more than ${steps} steps (max_steps); it may loop forever`;
  // The interpreter's place is that of its last call.
  const { line } = lineOf(stack);
  return { error: line === undefined ? error : `${error}, near line ${line}` };
}

const LINE = new RegExp(String.raw`\b${FILE.replace('.', String.raw`\.`)}:(\d+)`);

function lineOf(stack: string): { line?: number } {
  const line = LINE.exec(stack)?.[1];
  return line === undefined ? {} : { line: Number(line) };
}

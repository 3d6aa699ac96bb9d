/** Kept responses as lines of JSON: the schema of docs/rollouts.md. */
import { ZONES } from '../run/step-record.ts';
import { TOKEN_EFFECTS } from '../views/rollouts.ts';
import { COUNTS, FLAGS, tokenValues, type KeptStep } from './kept-step.ts';
import { responseRow } from './rows.ts';
import { columnOf } from './search.ts';

export const ROLLOUT_SCHEMA = 'gppo-studio/rollout/1';

/** @param run the run's name @returns the line of a response, with its end */
export function rolloutLine(step: KeptStep, response: number, run: string): string {
  const problem = step.problems[step.problem[response] ?? 0];
  const row = responseRow(step, response);
  const { measured } = row;
  const [begin, end] = [step.begin[response] ?? 0, step.begin[response + 1] ?? 0];
  const count = (zone: Parameters<typeof columnOf>[0]) => step.counts[response * COUNTS + columnOf(zone)] ?? 0;
  return `${JSON.stringify({
    schema: ROLLOUT_SCHEMA,
    run,
    step: step.step,
    group: row.group,
    sample: row.sample,
    problem: problem?.key ?? '',
    prompt: row.prompt,
    answer: problem?.answer ?? '',
    ...(problem?.difficulty !== undefined && { difficulty: problem.difficulty }),
    response: step.texts[response] ?? '',
    reward: row.reward,
    rewards: Object.fromEntries(Object.entries(step.rewards).map(([key, scores]) => [key, scores[response] ?? 0])),
    correct: row.correct,
    finished: row.finished,
    advantage: row.advantage,
    length: row.length,
    tokens: Array.from(step.tokens.subarray(begin, end), (token) => step.vocabulary.ids[token] ?? 0),
    used: ((step.flags[response] ?? 0) & FLAGS.measured) !== 0,
    ...(measured && {
      ratio: rounded(measured.ratio),
      kl: rounded(measured.kl),
      ...(measured.klReference !== undefined && { kl_reference: rounded(measured.klReference) }),
      clipped_low: rounded(measured.low),
      clipped_high: rounded(measured.high),
      zones: Object.fromEntries(ZONES.map((zone) => [zone, count(zone)])),
      ...Object.fromEntries(TOKEN_EFFECTS.map((effect) => [effect, count(effect)])),
      ...tokenColumns(step, response, begin, end),
    }),
  })}\n`;
}

function tokenColumns(step: KeptStep, response: number, begin: number, end: number): Record<string, number[]> {
  const values = tokenValues(step, response);
  const column = (numbers: Float32Array) => Array.from(numbers, rounded);
  return {
    token_ratio: Array.from(values.logRatio, (log) => rounded(Math.exp(log))),
    token_zone: Array.from(step.zone.subarray(begin, end)),
    token_weight: column(values.weight),
    token_ppo_weight: column(values.ppoWeight),
    token_old_logprob: column(values.oldLogprob),
    token_entropy: column(values.entropy),
  };
}

/** Four significant digits, about what half precision holds. */
const rounded = (value: number): number => Number(value.toPrecision(4));

/** Steps of RL as a trainer returns them, with given responses; and long runs of random ones. */
import { TokenRecord } from '../../src/objective/records.ts';
import { stream } from '../../src/random.ts';
import type { Response } from '../../src/rl/response.ts';
import type { RlStepResult } from '../../src/rl/trainer.ts';
import { keptStep, type KeptStep } from '../../src/rollouts/kept-step.ts';
import { ZONES, type Zone } from '../../src/run/step-record.ts';
import { characterTokenizer } from '../../src/text/character-tokenizer.ts';
import type { Problem } from '../../src/tasks/task.ts';

export const ROLLOUT_TOKENIZER = characterTokenizer([...'0123456789+=abcdefghijklmnopqrstuvwxyzABC ']);
const END = ROLLOUT_TOKENIZER.endToken;

export interface WrittenResponse {
  text: string;
  reward: number;
  advantage: number;
  /** By default whether the reward is 1. */
  correct?: boolean;
  rewards?: Record<string, number>;
  /** Zone of each token, the end token included; `inside` when left out. */
  zones?: Zone[];
  /** Cut off at the length limit: without an end token. */
  unfinished?: boolean;
}

export interface WrittenGroup {
  problem: Pick<Problem, 'prompt' | 'answer'> & Partial<Problem>;
  responses: WrittenResponse[];
  /** No update used it. */
  filtered?: boolean;
}

/**
 * Token i of the step has log-ratio +-(0.25 + i / 1024) outside the clip range and i / 1024 inside, weight 1 outside
 * where A > 0 and 0 where A < 0, PPO's weight 0 outside, log-prob -1.5 under the old policy and entropy 0.5.
 */
export function rlStep(step: number, groups: readonly WrittenGroup[]): RlStepResult {
  const responses: Response[] = [];
  const zones: Zone[] = [];
  for (const [group, { problem, responses: members, filtered = false }] of groups.entries())
    for (const { text, reward, advantage, correct = reward === 1, rewards = {}, zones: own = [], ...rest } of members) {
      const tokens = [...ROLLOUT_TOKENIZER.encode(text), ...(rest.unfinished ? [] : [END])];
      responses.push({
        tokens,
        logprobs: tokens.map(() => -1.5),
        problem: { key: problem.prompt, row: {}, ...problem },
        prompt: [1],
        group,
        reward,
        correct,
        rewards,
        advantage,
        index: filtered ? -1 : zones.length,
      });
      if (!filtered) zones.push(...tokens.map((_, t) => own[t] ?? 'inside'));
    }
  const records = TokenRecord.array(zones.length);
  for (const [i, zone] of zones.entries()) {
    const outside = zone !== 'inside';
    const logRatio = outside ? (zone.endsWith('high') ? 1 : -1) * (0.25 + (i % 256) / 1024) : (i % 256) / 1024;
    const fields = {
      logRatio,
      ratio: Math.exp(logRatio),
      weight: zone === 'negative-low' ? 0 : 1,
      ppoWeight: outside ? 0 : 1,
      zone: ZONES.indexOf(zone),
      oldLogprob: -1.5,
      entropy: 0.5,
      kl: 0.125,
    } as const;
    for (const [field, value] of Object.entries(fields)) records.setNumber(i, field as keyof typeof fields, value);
  }
  return {
    record: { step, phase: 'rl', metrics: {}, time: { step_ms: 1, tokens_per_second: 1 } },
    distributions: undefined,
    responses,
    records,
    recordedTokens: zones.length,
    tokens: zones.length,
  };
}

export const kept = (step: number, groups: readonly WrittenGroup[]): KeptStep =>
  keptStep(rlStep(step, groups), ROLLOUT_TOKENIZER, { reference: false });

/** A step of random groups: some all correct, some all incorrect, some tokens outside the clip range. */
export function randomStep(step: number, prompts: number, responses: number, length: number): RlStepResult {
  const random = stream(5, 'random rollouts', step);
  const letters = 'abcdefghijklmnopqrstuvwxyz ';
  const text = () =>
    Array.from({ length: 1 + random.integer(2 * length - 1) }, () => letters[random.integer(letters.length)]).join('');
  return rlStep(
    step,
    Array.from({ length: prompts }, (_, group) => {
      const [left, right] = [random.integer(100), random.integer(100)];
      const share = [0, 0.5, 1][(step + group) % 3] ?? 0;
      const correct = Array.from({ length: responses }, () => random.float() < share);
      const mean = correct.filter(Boolean).length / responses;
      return {
        problem: { prompt: `${left}+${right}=`, answer: String(left + right) },
        responses: correct.map((right): WrittenResponse => {
          const zones = Array.from({ length: 2 * length }, (): Zone =>
            random.integer(40) === 0 ? outside(right) : 'inside',
          );
          return { text: text(), reward: Number(right), advantage: Number(right) - mean, zones };
        }),
      };
    }),
  );
}

const outside = (positive: boolean): Zone => (positive ? 'positive-high' : 'negative-low');

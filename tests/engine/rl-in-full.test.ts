/** RL with several end tokens, with a list of rewards, and with a curriculum over the rows of a file. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelCheckpoint } from '../../src/checkpoint/checkpoint.ts';
import { decodeState, encodeState } from '../../src/session/state-file.ts';
import { blobFile } from '../../src/data/data-file.ts';
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import { initializeTensors } from '../../src/model/weights/initial-weights.ts';
import { floatSource } from '../../src/model/weights/weight-source.ts';
import { stream } from '../../src/random.ts';
import type { RlStepResult } from '../../src/rl/trainer.ts';
import type { RunConfig } from '../../src/run/config.ts';
import { runSources } from '../../src/session/resolved-run.ts';
import { RunSession } from '../../src/session/session.ts';
import type { TrainingSnapshot } from '../../src/session/training-snapshot.ts';
import { characterTokenizer } from '../../src/text/character-tokenizer.ts';
import { testGpu, testTuner } from '../support/gpu.ts';
import { TINY_CONFIG } from '../support/tiny-checkpoint.ts';
import { tinyRun } from '../support/tiny-run.ts';

let gpu: Gpu;
let tuner: Tuner;
beforeAll(async () => {
  gpu = await testGpu();
  tuner = testTuner(gpu);
});
afterAll(() => gpu.destroy());

async function stepsOf(session: RunSession): Promise<RlStepResult[]> {
  const steps: RlStepResult[] = [];
  for (
    let step = await session.next({ recordTokens: 10_000 });
    step;
    step = await session.next({ recordTokens: 10_000 })
  )
    if (step.rl) steps.push(step.rl);
  return steps;
}
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Tokens that end a response by generation_config.json: the tokenizer's own, and two more special ones. */
const ENDS = { '<end>': 1, '<stop>': 14, '<turn>': 15 };
const END_TOKENS = Object.values(ENDS);

/** A checkpoint of random weights with the tokenizer of the task and three end tokens. */
function checkpointWithEnds(): ModelCheckpoint {
  const config = { ...TINY_CONFIG, vocabularySize: 16, maxPositions: 24 };
  const [file, ...others] = characterTokenizer([...'0123456789+=']).files();
  const tokenizer = JSON.parse(file?.text ?? '') as {
    added_tokens: { id: number; content: string }[];
    model: { vocab: Record<string, number> };
  };
  Object.assign(tokenizer.model.vocab, ENDS);
  const [first] = tokenizer.added_tokens;
  tokenizer.added_tokens.push(
    ...Object.entries(ENDS)
      .slice(1)
      .map(([content, id]) => ({ ...first, content, id })),
  );
  const text = JSON.stringify(tokenizer);
  return {
    name: 'three-ends',
    config,
    weights: floatSource(initializeTensors(config, stream(4, 'ends'))),
    tokenizerFiles: [{ path: 'tokenizer.json', text }, ...others],
    tokenizerJson: text,
    endTokens: END_TOKENS,
    description: 'made by a test',
  };
}

const [MOST_TOKENS, CACHE] = [6, 4];

describe('a run with several end tokens, rewarded by the verifier and by length', () => {
  let session: RunSession;
  let steps: RlStepResult[];
  beforeAll(async () => {
    const config = tinyRun(
      {
        model: { checkpoint: 'embedded:three-ends' },
        task: {
          name: 'addition',
          digits: 1,
          rewards: [
            { name: 'verifier', weight: 2 },
            { name: 'length', weight: 0.5, max_tokens: MOST_TOKENS, cache_tokens: CACHE },
          ],
        },
        sft: undefined,
        evaluation: undefined,
      },
      { steps: 2, prompts: 24, responses: 16, max_response_tokens: MOST_TOKENS },
    );
    session = await RunSession.create({ gpu, tuner, config, checkpoint: checkpointWithEnds() });
    steps = await stepsOf(session);
  });
  afterAll(() => session.destroy());
  const ends = (token: number | undefined) => END_TOKENS.includes(token ?? -1);

  it('ends a response with any of them, which is its last token, or at the length limit', () => {
    const all = steps.flatMap(({ responses }) => responses);
    for (const { tokens } of all) {
      expect(tokens.slice(0, -1).some(ends)).toBe(false);
      expect(ends(tokens.at(-1)) || tokens.length === MOST_TOKENS).toBe(true);
    }
    for (const end of END_TOKENS) expect(all.filter(({ tokens }) => tokens.at(-1) === end).length).toBeGreaterThan(20);
    for (const { responses, record } of steps) {
      expect(record.metrics['response_length/mean']).toBeCloseTo(mean(responses.map(({ tokens }) => tokens.length)), 6);
      // As in verl, also of those that end with their last possible token.
      const longest = responses.filter(({ tokens }) => tokens.length === MOST_TOKENS);
      expect(record.metrics['response_length/clip_ratio']).toBeCloseTo(longest.length / responses.length, 12);
      expect(longest.some(({ tokens }) => ends(tokens.at(-1)))).toBe(true);
    }
  });

  it('grades the text before the end token, and its length with it', () => {
    let correct = 0;
    for (const { responses, record } of steps) {
      for (const { tokens, problem, rewards, reward, ...response } of responses) {
        const text = session.tokenizer.decode(tokens.filter((token) => !ends(token)));
        const right = ends(tokens.at(-1)) && text === problem.answer;
        // DAPO, equation 13.
        const length = Math.min(0, (MOST_TOKENS - CACHE - tokens.length) / CACHE);
        expect(rewards).toEqual({ verifier: Number(right), length });
        expect(reward).toBeCloseTo(2 * Number(right) + 0.5 * length, 12);
        expect(response.correct).toBe(right);
        correct += Number(right);
      }
      const scores = responses.map(({ reward }) => reward);
      expect(record.metrics['critic/score/mean']).toBeCloseTo(mean(scores), 6);
      expect(record.metrics['rewards/length/mean']).toBeCloseTo(
        mean(responses.map((one) => one.rewards['length']!)),
        6,
      );
    }
    expect(correct).toBeGreaterThan(0);
  });

  it('trains every token up to and with the end token, at its place', () => {
    for (const { responses, records, recordedTokens, tokens } of steps) {
      const total = responses.reduce((sum, response) => sum + response.tokens.length, 0);
      expect([tokens, recordedTokens]).toEqual([total, total]);
      const taken = new Set<number>();
      for (const { index, logprobs } of responses)
        for (const [t, logprob] of logprobs.entries()) {
          taken.add(index + t);
          // The sampler's log-prob of the token, computed again for the update.
          expect(records.number(index + t, 'oldLogprob')).toBeCloseTo(logprob, 4);
        }
      expect(taken.size).toBe(total);
    }
  });
});

describe('a curriculum over the rows of a file', () => {
  const MEMORY = 0.5;
  const TEXT = Array.from({ length: 20 }, (_, i) => JSON.stringify({ question: `${i}+1`, answer: `${i + 1}` })).join(
    '\n',
  );
  const config: RunConfig = tinyRun(
    {
      model: { architecture: { hidden_size: 16, layers: 1, heads: 2, intermediate_size: 20, max_positions: 24 } },
      task: {
        name: 'dataset',
        data: { path: 'sums.jsonl' },
        columns: { prompt: 'question', answer: 'answer' },
        held_out: { share: 0.2 },
        // Correct by chance, so that the rows' pass rates differ.
        rewards: [{ name: 'regex', pattern: '^[0-5]' }],
      },
      sft: undefined,
      evaluation: undefined,
    },
    {
      steps: 5,
      prompts: 6,
      responses: 4,
      max_response_tokens: 4,
      curriculum: 'pass-rate',
      curriculum_floor: 0.2,
      curriculum_memory: MEMORY,
    },
  );
  const open = (state?: TrainingSnapshot) =>
    RunSession.create(
      {
        gpu,
        tuner,
        config,
        checkpoint: undefined,
        sources: runSources({ data: ({ path }) => Promise.resolve(blobFile(new Blob([TEXT]), path)) }),
      },
      state,
    );

  it('counts the responses of each row, and is resumed bit for bit', async () => {
    const whole = await open();
    const expected = await stepsOf(whole);
    whole.destroy();
    const stopped = await open();
    const before: RlStepResult[] = [];
    for (let call = 0; call < 3; call++) {
      const step = await stopped.next();
      if (step?.rl) before.push(step.rl);
    }
    const state = await stopped.save();
    stopped.destroy();
    if (!state) throw new Error('the run is not complete');
    const counts = new Map<string, [correct: number, total: number]>();
    for (const { responses } of before)
      for (const prompt of new Set(responses.map(({ problem }) => problem.prompt))) {
        const members = responses.filter(({ problem }) => problem.prompt === prompt);
        const [correct, total] = counts.get(prompt) ?? [0, 0];
        counts.set(prompt, [
          MEMORY * correct + members.filter((one) => one.correct).length,
          MEMORY * total + members.length,
        ]);
      }
    const sampled = (state.prompts?.counts ?? []).filter(([, , total]) => total > 0);
    const pairs = (values: Iterable<readonly number[]>) => [...values].map(String).sort();
    expect(pairs(sampled.map(([, correct, total]) => [correct, total]))).toEqual(pairs(counts.values()));
    expect(new Set([...counts.values()].map(([correct]) => correct)).size).toBeGreaterThan(2);
    const resumed = await open(decodeState(encodeState(state), 'state'));
    const after = await stepsOf(resumed);
    resumed.destroy();
    const seen = (all: readonly RlStepResult[]) =>
      all.map(({ record, responses }) => [
        record.metrics,
        responses.map(({ problem, tokens }) => [problem.prompt, tokens]),
      ]);
    expect(seen([...before, ...after])).toEqual(seen(expected));
  });
});

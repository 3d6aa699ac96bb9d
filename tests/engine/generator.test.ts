import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import { Generator, type SamplingOptions } from '../../src/model/generation/generator.ts';
import { Model } from '../../src/model/model.ts';
import { referenceForward } from '../reference/transformer.ts';
import { randomConfig, RandomStream, randomTensors } from '../reference/random-model.ts';
import { testGpu, testTuner } from '../support/gpu.ts';

const random = new RandomStream(5);
const config = {
  ...randomConfig(random),
  vocabularySize: 19,
  hiddenSize: 22,
  heads: 4,
  keyValueHeads: 2,
  headDimension: 6,
  layers: 2,
};
const tensors = randomTensors(random, config);
const prompts = [[1, 2, 3, 4, 5], [7], [9, 8], [3, 3, 3, 3]];
const greedy: SamplingOptions = { temperature: 0, topK: 0, topP: 1, seed: 1, maxTokens: 20, endTokens: [] };

let gpu: Gpu;
let generator: Generator;
beforeAll(async () => {
  gpu = await testGpu();
  const model = await Model.create(gpu, { architecture: 'llama', maxPositions: 40, ...config }, tensors);
  generator = await Generator.create(model, testTuner(gpu), { sequences: 400, promptTokens: 6, responseTokens: 20 });
});
afterAll(() => gpu.destroy());

describe('generation', () => {
  it('greedy decoding follows the most probable token for prompts of different lengths', async () => {
    const answers = await generator.generate(prompts, greedy);
    for (const [i, { tokens, logprobs }] of answers.entries()) {
      expect(tokens).toHaveLength(20);
      const sequence = [...(prompts[i] ?? []), ...tokens];
      const { logprobs: expected } = referenceForward(config, tensors, [sequence]);
      const own = [...(expected[0] ?? [])].slice((prompts[i]?.length ?? 0) - 1);
      for (const [t, logprob] of own.entries()) expect(Math.abs((logprobs[t] ?? NaN) - logprob)).toBeLessThan(1e-3);
      // No other token is more probable at any position.
      for (const [t, token] of tokens.entries()) {
        const start = (prompts[i]?.length ?? 0) + t;
        const others = Array.from({ length: config.vocabularySize }, (_, other) => [
          ...sequence.slice(0, start),
          other,
        ]);
        const scores = referenceForward(config, tensors, others).logprobs.map((row) => row[start - 1] ?? -Infinity);
        expect(scores[token]).toBeGreaterThan(Math.max(...scores) - 1e-4);
      }
    }
  });

  it('stops at the end token and at the limit', async () => {
    const [free] = await generator.generate([[1, 2, 3]], greedy);
    const endToken = free?.tokens[4] ?? 0;
    const first = (free?.tokens ?? []).indexOf(endToken);
    const [ended] = await generator.generate([[1, 2, 3]], { ...greedy, endTokens: [endToken] });
    expect(ended?.tokens).toEqual(free?.tokens.slice(0, first + 1));
    const [short] = await generator.generate([[1, 2, 3]], { ...greedy, maxTokens: 3 });
    expect(short?.tokens).toEqual(free?.tokens.slice(0, 3));
  });

  it('ends a response with the first of several end tokens, and includes it', async () => {
    const many = Array.from({ length: 60 }, (_, i) => prompts[i % prompts.length] ?? []);
    const sampling = { ...greedy, temperature: 1.5, seed: 9 };
    const never = await generator.generate(many, sampling);
    const ends = [11, 3, 18];
    const ending = (answers: typeof never, token: number) =>
      answers.filter(({ tokens }) => tokens.length < 20 && tokens.at(-1) === token).length;
    // Ids outside the vocabulary, as of a tokenizer with more tokens than the model, end nothing.
    const answers = await generator.generate(many, { ...sampling, endTokens: [...ends, -1, 19, 40, 0xffffffff] });
    for (const [i, answer] of answers.entries()) {
      const { tokens, logprobs } = never[i] ?? { tokens: [], logprobs: [] };
      const first = tokens.findIndex((token) => ends.includes(token));
      const end = first < 0 ? tokens.length : first + 1;
      expect(answer).toEqual({ tokens: tokens.slice(0, end), logprobs: logprobs.slice(0, end) });
    }
    for (const end of ends) expect(ending(answers, end)).toBeGreaterThan(0);
    // A later call with other end tokens keeps none of these.
    expect(await generator.generate(many, sampling)).toEqual(never);
  });

  it('samples from the tempered softmax and depends on seed and position alone', async () => {
    const prompt = [1, 2, 3, 4];
    const sampling = { ...greedy, temperature: 1.3, maxTokens: 1 };
    const counts = new Float64Array(config.vocabularySize);
    let total = 0;
    for (let seed = 0; seed < 20; seed++) {
      for (const { tokens } of await generator.generate(
        Array.from({ length: 400 }, () => prompt),
        { ...sampling, seed },
      )) {
        counts[tokens[0] ?? 0] = (counts[tokens[0] ?? 0] ?? 0) + 1;
        total += 1;
      }
    }
    const { logprobs } = referenceForward(
      config,
      tensors,
      Array.from({ length: config.vocabularySize }, (_, token) => [...prompt, token]),
      1.3,
    );
    // Pearson's chi-squared; its 99.9 % quantile for 18 degrees of freedom is 42.3.
    const statistic = logprobs.reduce((sum, row, token) => {
      const expected = Math.exp(row[prompt.length - 1] ?? -Infinity) * total;
      return sum + ((counts[token] ?? 0) - expected) ** 2 / expected;
    }, 0);
    expect(statistic).toBeLessThan(42.3);
    const again = await generator.generate([prompt, prompt], { ...sampling, maxTokens: 8 });
    expect(await generator.generate([prompt, prompt], { ...sampling, maxTokens: 8 })).toEqual(again);
    expect(again[0]?.tokens).not.toEqual(again[1]?.tokens);
  });

  it('top-k and top-p exclude improbable tokens', async () => {
    const prompt = [1, 2, 3, 4];
    const { logprobs } = referenceForward(
      config,
      tensors,
      Array.from({ length: config.vocabularySize }, (_, token) => [...prompt, token]),
    );
    const ranked = logprobs
      .map((row, token) => ({ token, p: Math.exp(row[prompt.length - 1] ?? -Infinity) }))
      .sort((a, b) => b.p - a.p);
    const drawn = async (change: Partial<SamplingOptions>) =>
      new Set(
        (
          await generator.generate(
            Array.from({ length: 400 }, () => prompt),
            { ...greedy, temperature: 1, maxTokens: 1, ...change },
          )
        ).map(({ tokens }) => tokens[0]),
      );
    expect(await drawn({ topK: 3 })).toEqual(new Set(ranked.slice(0, 3).map(({ token }) => token)));
    let mass = 0;
    const nucleus = ranked.filter(({ p }) => (mass += p) - p < 0.5);
    const kept = await drawn({ topP: 0.5 });
    for (const token of kept) expect(nucleus.map((one) => one.token)).toContain(token);
    expect(kept.size).toBe(nucleus.length);
  });

  it('a sequence is bit-equal whether or not others have left the batch', async () => {
    const many = Array.from({ length: 400 }, (_, i) => prompts[i % prompts.length] ?? []);
    const sampling = { ...greedy, temperature: 1.5, seed: 9 };
    const never = await generator.generate(many, sampling);
    for (const endToken of [3, 11]) {
      const answers = await generator.generate(many, { ...sampling, endTokens: [endToken] });
      const lengths = new Set(answers.map(({ tokens }) => tokens.length));
      expect(lengths.size).toBeGreaterThan(10);
      for (const [i, answer] of answers.entries()) {
        const whole = never[i] ?? { tokens: [], logprobs: [] };
        const end = whole.tokens.includes(endToken) ? whole.tokens.indexOf(endToken) + 1 : whole.tokens.length;
        expect(answer).toEqual({ tokens: whole.tokens.slice(0, end), logprobs: whole.logprobs.slice(0, end) });
      }
    }
    // A small batch is compacted less often.
    expect(await generator.generate(many.slice(0, 5), { ...sampling, endTokens: [3] })).toEqual(
      (await generator.generate(many, { ...sampling, endTokens: [3] })).slice(0, 5),
    );
  });

  it('a sequence is bit-equal when logits are computed in chunks of the batch', async () => {
    const chunked = await Generator.create(generator.model, testTuner(gpu), { ...generator.options, logitsChunk: 48 });
    const many = Array.from({ length: 390 }, (_, i) => prompts[i % prompts.length] ?? []);
    const { bytes } = gpu.counters;
    // With an end token, sequences leave the batch, so that its last chunks become empty.
    for (const endTokens of [[], [3]]) {
      const sampling = { ...greedy, temperature: 1.5, seed: 9, endTokens };
      expect(await chunked.generate(many, sampling)).toEqual(await generator.generate(many, sampling));
      expect(await chunked.generate(many.slice(0, 50), sampling)).toEqual(
        await generator.generate(many.slice(0, 50), sampling),
      );
    }
    expect(gpu.counters.bytes).toBe(bytes);
    chunked.destroy();
  });

  it('stops computing once all sequences have ended', async () => {
    const dispatches = async (...endTokens: number[]) => {
      const before = gpu.counters.dispatches;
      await generator.generate([[1, 2, 3]], { ...greedy, endTokens });
      return gpu.counters.dispatches - before;
    };
    const [free] = await generator.generate([[1, 2, 3]], greedy);
    expect(await dispatches(free?.tokens[0] ?? 0)).toBeLessThan(0.9 * (await dispatches()));
  });

  it('can be cancelled', async () => {
    const controller = new AbortController();
    controller.abort(new Error('stop'));
    await expect(generator.generate(prompts, { ...greedy, signal: controller.signal })).rejects.toThrow('stop');
  });
});

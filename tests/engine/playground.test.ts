/**
 * The worker's side of the playground, on Dawn: streamed responses, texts scored by two models, refusals, and queries
 * that leave a run unchanged.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkpointFiles } from '../../src/checkpoint/export-checkpoint.ts';
import type { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { initializeTensors } from '../../src/model/weights/initial-weights.ts';
import { stream } from '../../src/random.ts';
import {
  POLICY,
  START,
  type PlaygroundAnswer,
  type PlaygroundStart,
  type Sampling,
} from '../../src/views/playground.ts';
import type { PickedFile } from '../../src/views/models.ts';
import type { Result } from '../../src/views/result.ts';
import type { WorkerEvent } from '../../src/worker/events.ts';
import { Studio } from '../../src/worker/studio.ts';
import { SETTLED, testProvider } from '../support/gpu.ts';
import { tokenizerFiles } from '../support/real-tokenizer.ts';
import { TINY_CONFIG, tinyCheckpoint } from '../support/tiny-checkpoint.ts';
import { tinyRun } from '../support/tiny-run.ts';

/** Waits for a state however long it takes, because machines differ in speed. */
const PATIENTLY = { interval: 5, timeout: 60_000 };
const SAMPLING: Sampling = { temperature: 1, topK: 0, topP: 1, maxTokens: 6, seed: 3 };

let studio: Studio;
const events: WorkerEvent[] = [];
beforeAll(async () => {
  studio = new Studio(testProvider(), 'http://localhost/models/', SETTLED);
  await studio.subscribe((event) => events.push(event));
  await add('plain', tinyCheckpoint());
  await add('other', { ...tinyCheckpoint(), tensors: initializeTensors(TINY_CONFIG, stream(2, 'test')) });
});
afterAll(() => studio.stop());

const picked = async (name: string, checkpoint: Checkpoint): Promise<PickedFile[]> =>
  (await checkpointFiles(checkpoint)).map(({ path, data }) => ({
    path: `${name}/${path}`,
    file: new File([data as BlobPart], path),
  }));

async function add(name: string, checkpoint: Checkpoint): Promise<void> {
  value(await studio.addCheckpoint(await picked(name, checkpoint)));
}

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.message} ${result.error.advice}`);
  return result.value;
}

const respond = async (
  model: string,
  start: PlaygroundStart,
  change: Partial<Sampling> = {},
  column = 0,
): Promise<PlaygroundAnswer> =>
  value(await studio.respond(column, { model, start, sampling: { ...SAMPLING, ...change } }));
const newestState = () => events.flatMap((event) => (event.type === 'frame' ? [event.frame.state] : [])).at(-1);
const ids = (tokens: readonly { id: number }[]) => tokens.map(({ id }) => id);

describe('playground worker API', () => {
  it('streams a response token by token, each with its reading', async () => {
    events.length = 0;
    const result = await respond('local:plain', { text: '0123' });
    expect(result.prompt.map(({ text }) => text)).toEqual(['0', '1', '2', '3']);
    expect(result.prompt.map(({ reading }) => reading !== undefined)).toEqual([false, true, true, true]);
    expect(result.response.length).toBeLessThanOrEqual(6);
    for (const { id, reading } of result.response) {
      // A vocabulary of 7: all tokens are listed, the rank is the token's place among them, and probabilities sum to 1.
      expect(reading?.alternatives).toHaveLength(7);
      expect(reading?.alternatives[(reading.rank || 0) - 1]).toMatchObject({ id, logprob: reading?.logprob });
      expect(reading?.alternatives.reduce((sum, { logprob }) => sum + Math.exp(logprob), 0)).toBeCloseTo(1, 4);
    }
    expect(result.text).toBe(
      result.response
        .filter(({ text }) => /^[0-4]$/.test(text))
        .map(({ text }) => text)
        .join(''),
    );
    const begun = events.find(({ type }) => type === 'playground-begin');
    expect(begun).toMatchObject({ column: 0, prompt: result.prompt, response: [] });
    const sent = events.flatMap((event) => (event.type === 'playground-tokens' ? [event] : []));
    expect(sent.length).toBeGreaterThan(0);
    for (const { from, tokens } of sent) expect(tokens).toEqual(result.response.slice(from, from + tokens.length));
    // The same prompt and seed give the same response; some other seed gives another one.
    expect(await respond('local:plain', { text: '0123' })).toEqual(result);
    const others = await Promise.all([4, 5, 6, 7].map((seed) => respond('local:plain', { text: '0123' }, { seed })));
    expect(others.some(({ response }) => ids(response).join() !== ids(result.response).join())).toBe(true);
  });

  it('continues from an alternative token, up to the last position', async () => {
    const { prompt, response } = await respond('local:plain', { text: '01' }, { temperature: 0 });
    const other = response[0]?.reading?.alternatives[1]?.id ?? 0;
    const result = await respond(
      'local:plain',
      { tokens: [...ids(prompt), other], promptLength: 2 },
      { maxTokens: 50 },
    );
    expect(result.response[0]).toMatchObject({ id: other, reading: { rank: 2 } });
    if (result.ended !== 'end') expect(result).toMatchObject({ ended: 'positions', response: { length: 14 } });
  });

  it('runs two models side by side and scores one text under both', async () => {
    const [first, second] = await Promise.all([
      respond('local:plain', { text: '012' }, {}, 0),
      respond('local:other', { text: '012' }, {}, 1),
    ]);
    const tokens = ids([...first.prompt, ...first.response]);
    const [own, others] = value(await studio.compareText(['local:plain', 'local:other'], tokens));
    // The scoring pass and the stream give a response the same readings.
    for (const [t, { reading }] of first.response.entries())
      expect(own?.[first.prompt.length + t]?.reading?.logprob).toBeCloseTo(reading?.logprob ?? NaN, 4);
    expect(others?.[1]?.reading?.logprob).toBeCloseTo(second.prompt[1]?.reading?.logprob ?? NaN, 5);
    expect(others?.[1]?.reading?.logprob).not.toBeCloseTo(own?.[1]?.reading?.logprob ?? NaN, 3);
    // With one model in both columns, the columns take turns.
    const [left, right] = await Promise.all([
      respond('local:plain', { text: '4' }, {}, 0),
      respond('local:plain', { text: '44444' }, {}, 1),
    ]);
    expect(left).toEqual(await respond('local:plain', { text: '4' }));
    expect(right.prompt).toHaveLength(5);
  });

  it('stops between two tokens and keeps the partial response', async () => {
    const pending = studio.respond(0, {
      model: 'local:plain',
      start: { text: '0' },
      sampling: { ...SAMPLING, maxTokens: 15, temperature: 9 },
    });
    events.length = 0;
    await expect.poll(() => events.some(({ type }) => type === 'playground-begin'), PATIENTLY).toBe(true);
    await studio.stopResponses();
    const { ended, response } = value(await pending);
    expect(ended === 'stopped' || response.at(-1)?.text === '\u00b6').toBe(true);
    expect(response.length).toBeLessThan(15);
  });

  it.each<[string, Partial<{ model: string; start: PlaygroundStart; sampling: Sampling }>, RegExp]>([
    ['an empty prompt', { start: { text: '' } }, /prompt is empty/],
    [
      'a prompt beyond the positions',
      { start: { text: '0'.repeat(16) } },
      /has 16 tokens, but plain has only 16 positions/,
    ],
    ['a character that is not in the vocabulary', { start: { text: '0x1' } }, /"x" is not in the vocabulary/],
    [
      'a chat without a template',
      { start: { messages: [{ role: 'user', content: '1' }] } },
      /plain has no chat template/,
    ],
    ['a token that is none', { start: { tokens: [3, 7], promptLength: 1 } }, /no token 7/],
    ['sampling out of range', { sampling: { ...SAMPLING, topP: 0 } }, /sampling: topP/],
    ['a model that is not there', { model: 'local:gone' }, /found local:gone/],
    ['the policy without a run', { model: POLICY }, /No run has been started/],
  ])('refuses %s', async (_what, change, message) => {
    const result = await studio.respond(0, {
      model: 'local:plain',
      start: { text: '01' },
      sampling: SAMPLING,
      ...change,
    });
    expect(result).toMatchObject({
      ok: false,
      error: { kind: 'input', message: expect.stringMatching(message) as string },
    });
  });

  it('refuses a model that was removed', async () => {
    await add('brief', tinyCheckpoint());
    await respond('local:brief', { text: '0' });
    value(await studio.removeCheckpoint('local:brief'));
    expect(await studio.respond(0, { model: 'local:brief', start: { text: '0' }, sampling: SAMPLING })).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('local:brief') as string },
    });
  });

  it('renders a chat template with a vocabulary of 50,257 and detects tokenizers that differ', async () => {
    const config = { ...TINY_CONFIG, vocabularySize: 50_257, maxPositions: 64, tiedHead: true };
    const files = tokenizerFiles('gpt2').map(({ path, text }) => ({
      path,
      text:
        path === 'tokenizer_config.json'
          ? JSON.stringify({
              ...(JSON.parse(text) as object),
              chat_template:
                '{% for message in messages %}[{{ message.role }}] {{ message.content }}\n{% endfor %}{% if ' +
                'add_generation_prompt %}[assistant]{% endif %}',
            })
          : text,
    }));
    await add('chat', {
      name: 'chat',
      config,
      tensors: initializeTensors(config, stream(5, 'test')),
      tokenizerFiles: files,
      tokenizerJson: files[0]?.text ?? '',
      description: '',
    });
    expect(value(await studio.openModel('local:chat'))).toEqual({
      id: 'local:chat',
      name: 'chat',
      vocabularySize: 50_257,
      maxPositions: 64,
      chat: true,
    });
    const result = await respond(
      'local:chat',
      { messages: [{ role: 'user', content: 'Hello \u{1f98a}' }] },
      { maxTokens: 4 },
    );
    expect(
      result.prompt
        .map(({ text }) => text)
        .join('')
        .replaceAll('\u2026', ''),
    ).toBe('[user] Hello \u{1f98a}\n[assistant]');
    for (const { reading } of result.response) expect(reading?.alternatives).toHaveLength(8);
    expect(await studio.compareText(['local:chat', 'local:plain'], ids(result.prompt))).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('their tokenizers differ') as string },
    });
  });

  it('queries the policy between two steps without changing the run', async () => {
    const config = tinyRun(
      { sft: { steps: 1, batch_size: 8, learning_rate: 5e-3 }, evaluation: undefined },
      { steps: 2 },
    );
    const records = async () =>
      value(await studio.exportMetrics())
        .split('\n')
        .slice(0, -1)
        .map((line) => (JSON.parse(line) as { metrics: unknown }).metrics);
    const metrics = async (between: () => Promise<void>): Promise<unknown[]> => {
      value(await studio.start(config, { paused: true }));
      for (let step = 0; step < 3; step++) {
        await between();
        await studio.resume({ oneStep: true });
        await expect.poll(records, PATIENTLY).toHaveLength(step + 1);
        await expect.poll(() => newestState(), PATIENTLY).toBe('paused');
      }
      return records();
    };
    const plain = await metrics(() => Promise.resolve());
    let queries = 0;
    const disturbed = await metrics(async () => {
      const start = { text: '1+2=' };
      const [before, now] = [
        await respond(START, start, { temperature: 0 }),
        await respond(POLICY, start, { temperature: 0 }),
      ];
      if (queries === 0) expect(now).toEqual(before);
      else expect(now.prompt).not.toEqual(before.prompt);
      queries += 1;
    });
    expect(disturbed).toEqual(plain);
    expect(queries).toBe(3);
  });
});

/**
 * `generate` and `score` with a tokenizer that has more tokens than its model, several end tokens, and words that begin
 * with a space.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkpointFiles } from '../src/checkpoint/export-checkpoint.ts';
import { initializeTensors } from '../src/model/weights/initial-weights.ts';
import { stream } from '../src/random.ts';
import { cliHere } from './support/cli.ts';
import { TINY_CONFIG } from './support/tiny-checkpoint.ts';

const TOKENS = ['<eos>', '\u2581a', '\u2581b', 'a', 'b', '\u2581', '<stop>', '<image>'];
const [EOS, STOP, IMAGE] = [0, 6, 7];
const tokenizer = {
  version: '1.0',
  added_tokens: [EOS, STOP, IMAGE].map((id) => ({ id, content: TOKENS[id], special: true, normalized: false })),
  normalizer: null,
  pre_tokenizer: { type: 'Metaspace', replacement: '\u2581', prepend_scheme: 'first', split: false },
  post_processor: null,
  decoder: { type: 'Metaspace', replacement: '\u2581', prepend_scheme: 'first', split: false },
  model: {
    type: 'BPE',
    unk_token: null,
    fuse_unk: false,
    byte_fallback: false,
    vocab: Object.fromEntries(TOKENS.slice(0, 6).map((token, id) => [token, id])),
    merges: ['\u2581 a', '\u2581 b'],
  },
};

let model: string;
beforeAll(() => {
  model = mkdtempSync(join(tmpdir(), 'gppo-generate-'));
  // The model has all tokens but the last.
  const config = { ...TINY_CONFIG, vocabularySize: IMAGE };
  const tokenizerJson = JSON.stringify(tokenizer);
  for (const { path, data } of checkpointFiles({
    name: 'model',
    config,
    tensors: initializeTensors(config, stream(1, 'test')),
    tokenizerJson,
    tokenizerFiles: [{ path: 'tokenizer.json', text: tokenizerJson }],
    generationConfig: JSON.stringify({ eos_token_id: [EOS, STOP] }),
    description: '',
  }))
    writeFileSync(join(model, path), data);
});
afterAll(() => rmSync(model, { recursive: true, force: true }));

it('a prompt with an id beyond the model’s vocabulary is refused, with the id and its token', async () => {
  const refused = /tokens\.1: expected a token id from 0 to 6, found 7, "<image>"/;
  const generated = await cliHere('generate', '--model', model, '--prompt', 'a<image>b');
  expect(generated).toMatchObject({ status: 2, stdout: '' });
  expect(generated.stderr).toMatch(refused);
  const input = join(model, 'in.jsonl');
  writeFileSync(input, '{"text": "a<image>b"}\n');
  const scored = await cliHere('score', '--model', model, '--input', input, '--output', join(model, 'out.jsonl'));
  expect(scored).toMatchObject({ status: 2, stdout: '' });
  expect(scored.stderr).toMatch(/in\.jsonl: line 1: tokens\.1: .* found 7, "<image>"/);
});

it('responses keep their first space and end with any of the end tokens', async () => {
  const { status, stdout, stderr } = await cliHere(
    ...['generate', '--model', model, '--prompt', 'ab', '--samples', '60', '--max-tokens', '12', '--json'],
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const responses = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { response: string; tokens: number[] });
  const ends = new Set(responses.map(({ tokens }) => tokens.at(-1)));
  expect(ends.has(EOS) && ends.has(STOP)).toBe(true);
  for (const { response, tokens } of responses) {
    expect(tokens.slice(0, -1).some((token) => token === EOS || token === STOP)).toBe(false);
    const text = tokens
      .filter((token) => token !== EOS && token !== STOP)
      .map((token) => TOKENS[token]?.replace('\u2581', ' '))
      .join('');
    expect(response).toBe(text);
  }
  expect(responses.some(({ response }) => response.startsWith(' '))).toBe(true);
  expect(responses.some(({ response }) => /^[ab]/.test(response))).toBe(true);
});

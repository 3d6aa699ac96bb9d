/**
 * Checkpoints of other architectures than Llama through the command line: scored, differentiated, trained and written
 * back under their own tensor names.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSafetensors, toFloat32, type RawTensor } from '../src/checkpoint/safetensors.ts';
import { loadFixture } from './reference/fixture.ts';
import { cliHere as cli, ROOT } from './support/cli.ts';
import { tinyRun } from './support/tiny-run.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gppo-cli-architectures-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const weightsOf = (checkpoint: string): Map<string, RawTensor> =>
  parseSafetensors(new Uint8Array(readFileSync(join(checkpoint, 'model.safetensors'))), checkpoint);
const shapesOf = (tensors: Map<string, RawTensor>) =>
  new Map([...tensors].map(([name, { shape }]): [string, number[]] => [name, shape]).sort());

describe.each(['qwen2', 'gpt2'] as const)('%s', (name) => {
  const fixture = loadFixture(name);
  const checkpoint = join(ROOT, 'tests/fixtures', name, 'checkpoint');
  const sequences = fixture.expected.sequences.map(({ tokens, prompt_length, advantage, reward, old_logprobs }) => ({
    tokens,
    prompt_length,
    advantage,
    reward,
    old_logprobs,
  }));

  it('scores as the fixture', async () => {
    const input = write(`${name}.jsonl`, sequences.map(({ tokens }) => JSON.stringify({ tokens })).join('\n'));
    const output = join(folder, `${name}-scores.jsonl`);
    expect(await cli('score', '--model', checkpoint, '--input', input, '--output', output)).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
    const lines = readFileSync(output, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { logprobs: number[]; entropies: number[] });
    for (const [i, { logprobs, entropies }] of fixture.expected.sequences.entries()) {
      expect(lines[i]?.logprobs).toHaveLength(logprobs.length);
      for (const [t, value] of logprobs.entries())
        expect(Math.abs((lines[i]?.logprobs[t] ?? NaN) - value)).toBeLessThan(1e-4);
      for (const [t, value] of entropies.entries())
        expect(Math.abs((lines[i]?.entropies[t] ?? NaN) - value)).toBeLessThan(1e-4);
    }
  });

  it.each(['gppo', 'sft'])('writes the gradients of %s under its own tensor names and orientation', async (title) => {
    const one = fixture.expected.cases.find((each) => each.title === title)!;
    const output = join(folder, `${name}-${title}`);
    const batch = write(
      `${name}-${title}.json`,
      JSON.stringify({ sequences, strategy: one.strategy, aggregation: one.aggregation, params: one.params }),
    );
    expect(await cli('gradient', '--model', checkpoint, '--batch', batch, '--output', output)).toMatchObject({
      status: 0,
      stderr: '',
    });
    const { loss } = JSON.parse(readFileSync(join(output, 'result.json'), 'utf8')) as { loss: number };
    expect(Math.abs(loss - one.loss)).toBeLessThan(1e-4);
    const gradients = parseSafetensors(
      new Uint8Array(readFileSync(join(output, 'gradients.safetensors'))),
      'gradients',
    );
    expect(shapesOf(gradients)).toEqual(new Map([...fixture.shapes].sort()));
    expect(one.gradients.length).toBeGreaterThan(0);
    for (const { tensor, index, value } of one.gradients) {
      const flat = index.reduce(
        (offset, position, axis) => offset * (fixture.shapes.get(tensor)?.[axis] ?? NaN) + position,
        0,
      );
      const found = toFloat32(gradients.get(tensor)!)[flat] ?? NaN;
      expect(Math.abs(found - value), `${tensor}[${index.join()}]`).toBeLessThanOrEqual(
        Math.max(1e-5, 1e-3 * Math.abs(value)),
      );
    }
  });

  it('trains, is saved under its own tensor names and shapes, and generates', async () => {
    const start = join(folder, `${name}-start`);
    cpSync(checkpoint, start, { recursive: true });
    // The addition task's tokenizer: 14 of the fixture's 37 tokens.
    for (const file of ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json'])
      cpSync(join(ROOT, 'public/models/addition-0.1M', file), join(start, file));
    const run = join(folder, `${name}-run`);
    const config = tinyRun({
      model: { checkpoint: start },
      sft: { steps: 2, batch_size: 8, learning_rate: 1e-3 },
      evaluation: undefined,
      rl: undefined,
    });
    expect(await cli('train', write(`${name}-run.json`, JSON.stringify(config)), '--output', run)).toMatchObject({
      status: 0,
      stderr: '',
    });
    const trained = join(run, 'checkpoint');
    const [before, after] = [weightsOf(start), weightsOf(trained)];
    expect(shapesOf(after)).toEqual(shapesOf(before));
    const changed = [...before].filter(
      ([tensor, { data }]) => !Buffer.from(data).equals(Buffer.from(after.get(tensor)!.data)),
    );
    expect(changed.map(([tensor]) => tensor).sort()).toEqual([...before.keys()].sort());
    const fields = (path: string) =>
      JSON.parse(readFileSync(join(path, 'config.json'), 'utf8')) as Record<string, unknown>;
    expect(fields(trained)).toMatchObject(fields(start));
    const generated = await cli(
      'generate',
      '--model',
      trained,
      '--prompt',
      '3+4=',
      '--max-tokens',
      '3',
      '--temperature',
      '0',
      '--json',
    );
    expect(generated).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(generated.stdout)).toMatchObject({ prompt: '3+4=' });
  });
});

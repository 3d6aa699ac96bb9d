/**
 * LoRA through the command line: trained, interrupted and resumed, written as adapter and merged checkpoint, and loaded
 * again.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseSafetensors } from '../src/checkpoint/safetensors.ts';
import { cliHere as cli } from './support/cli.ts';
import { tinyRun } from './support/tiny-run.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gppo-cli-lora-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MODEL = 'embedded:addition-0.1M';
const config = () =>
  tinyRun(
    {
      model: { checkpoint: MODEL, lora: { rank: 4, alpha: 8, targets: ['q_proj', 'v_proj', 'down_proj'] } },
      task: { name: 'addition', digits: 2 },
      sft: undefined,
      evaluation: undefined,
    },
    { steps: 2, learning_rate: 1e-2 },
  );

function write(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}
const tensorsOf = (path: string) => parseSafetensors(new Uint8Array(readFileSync(path)), path);
const scores = (path: string) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { logprobs: number[] }).logprobs);

it('trains an adapter; base plus adapter scores, generates and differentiates as the merged checkpoint', async () => {
  const run = join(folder, 'run');
  const { status, stderr } = await cli('train', write('run.json', config()), '--output', run);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(readdirSync(run).sort()).toEqual(['adapter', 'checkpoint', 'config.json', 'metrics.jsonl', 'run.json']);
  expect(readdirSync(join(run, 'adapter')).sort()).toEqual(['adapter_config.json', 'adapter_model.safetensors']);
  const names = [...tensorsOf(join(run, 'adapter/adapter_model.safetensors')).keys()];
  expect(names).toHaveLength(2 * 3 * 2);
  const [base, merged] = [
    tensorsOf('public/models/addition-0.1M/model.safetensors'),
    tensorsOf(join(run, 'checkpoint/model.safetensors')),
  ];
  for (const [name, { data, shape }] of base) {
    expect(merged.get(name)?.shape).toEqual(shape);
    expect(Buffer.from(data).equals(merged.get(name)?.data ?? new Uint8Array()), name).toBe(
      !/q_proj|v_proj|down_proj/.test(name),
    );
  }

  const input = write('in.jsonl', ['12+34=46', '58+67=125', '9+1='].map((text) => JSON.stringify({ text })).join('\n'));
  const scored = async (output: string, ...model: string[]) => {
    expect(await cli('score', ...model, '--input', input, '--output', join(folder, output))).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
    return scores(join(folder, output));
  };
  const adapted = await scored('adapted.jsonl', '--model', MODEL, '--adapter', join(run, 'adapter'));
  const whole = await scored('whole.jsonl', '--model', join(run, 'checkpoint'));
  const plain = await scored('plain.jsonl', '--model', MODEL);
  for (const [i, row] of adapted.entries())
    for (const [t, logprob] of row.entries()) expect(Math.abs(logprob - (whole[i]?.[t] ?? NaN))).toBeLessThan(1e-4);
  expect(
    Math.max(...adapted.flatMap((row, i) => row.map((logprob, t) => Math.abs(logprob - (plain[i]?.[t] ?? NaN))))),
  ).toBeGreaterThan(1e-3);

  const greedy = async (...model: string[]) =>
    (await cli('generate', ...model, '--prompt', '12+34=', '--temperature', '0', '--max-tokens', '4')).stdout;
  expect(await greedy('--model', MODEL, '--adapter', join(run, 'adapter'))).toBe(
    await greedy('--model', join(run, 'checkpoint')),
  );

  const batch = write('batch.json', {
    sequences: [{ tokens: [1, 2, 3, 4, 5], prompt_length: 2, advantage: 1, reward: 1 }],
    strategy: 'sft',
  });
  expect(
    await cli(
      'gradient',
      '--model',
      MODEL,
      '--adapter',
      join(run, 'adapter'),
      '--batch',
      batch,
      '--output',
      join(folder, 'gradient'),
    ),
  ).toMatchObject({ status: 0, stderr: '' });
  const gradients = tensorsOf(join(folder, 'gradient/gradients.safetensors'));
  expect([...gradients].map(([name, { shape }]) => [`base_model.model.${name}`, shape])).toEqual(
    [...tensorsOf(join(run, 'adapter/adapter_model.safetensors'))].map(([name, { shape }]) => [name, shape]),
  );
});

it('writes the requested precision and refuses invalid input with one line', async () => {
  const run = join(folder, 'half');
  expect(await cli('train', write('half.json', config()), '--output', run, '--precision', 'bf16')).toMatchObject({
    status: 0,
    stderr: '',
  });
  for (const file of ['checkpoint/model.safetensors', 'adapter/adapter_model.safetensors'])
    expect(new Set([...tensorsOf(join(run, file)).values()].map(({ dtype }) => dtype)), file).toEqual(
      new Set(['BF16']),
    );
  expect(JSON.parse(readFileSync(join(run, 'checkpoint/config.json'), 'utf8'))).toMatchObject({
    torch_dtype: 'bfloat16',
  });

  const refused = async (message: RegExp, ...args: string[]) => {
    const { status, stderr } = await cli(...args);
    expect({ status, lines: stderr.trimEnd().split('\n').length }).toEqual({ status: 2, lines: 1 });
    expect(stderr).toMatch(message);
  };
  const none = join(folder, 'none');
  await refused(
    /precision: expected f32, f16 or bf16, found f8/,
    'train',
    write('run.json', config()),
    '--output',
    none,
    '--precision',
    'f8',
  );
  await refused(
    /model\.lora\.targets: "c_attn" is not a linear layer of Llama; expected q_proj/,
    'train',
    write('target.json', { ...config(), model: { checkpoint: MODEL, lora: { targets: ['c_attn'] } } }),
    '--output',
    none,
  );
  await refused(
    /model\.freeze: "layers:0-7": the model has 2 layers/,
    'train',
    write('freeze.json', { ...config(), model: { checkpoint: MODEL, freeze: ['layers:0-7'] } }),
    '--output',
    none,
  );
  await refused(
    /folder not found; expected one with adapter_config\.json/,
    'generate',
    '--model',
    MODEL,
    '--adapter',
    none,
    '--prompt',
    '1+1=',
  );
  await refused(
    /the base \(GPT-2, .*\) has no such linear layer/,
    'generate',
    '--model',
    'tests/fixtures/gpt2/checkpoint',
    '--adapter',
    join(run, 'adapter'),
    '--prompt',
    '1',
  );
  expect(existsSync(none)).toBe(false);
});

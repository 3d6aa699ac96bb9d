/**
 * The command line. Processes where start, exit status and signals are tested; the same commands in this process
 * elsewhere, because a process takes seconds to start and compiles every kernel again.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSafetensors, toFloat32 } from '../src/checkpoint/safetensors.ts';
import { readRunFolder } from '../src/archive/run-folder.ts';
import { readRecording } from '../src/recording/format.ts';
import { DOCUMENTED_FIELDS } from '../src/run/documented-fields.ts';
import { loadLlamaFixture } from './reference/fixture.ts';
import { cli, cliHere, ROOT, withoutDriverWarnings } from './support/cli.ts';
import { tinyRun } from './support/tiny-run.ts';

const LLAMA = join(ROOT, 'tests/fixtures/llama/checkpoint');
const fixture = loadLlamaFixture();

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gppo-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** The fixture's checkpoint with one file changed. */
function damaged(name: string, file: string, change: (bytes: Buffer) => Buffer): string {
  const target = join(folder, name);
  cpSync(LLAMA, target, { recursive: true });
  const path = join(target, file);
  writeFileSync(path, change(readFileSync(path)));
  return path.slice(0, -file.length - 1);
}

const sequences = fixture.expected.sequences.map(({ tokens, prompt_length, advantage, reward, old_logprobs }) => ({
  tokens,
  prompt_length,
  advantage,
  reward,
  old_logprobs,
}));
const batch = {
  sequences,
  strategy: 'gppo',
  aggregation: 'token-mean',
  params: { eps_low: 0.2, eps_high: 0.2, beta1: 1, beta2: 1 },
};

describe('score and gradient', () => {
  it('score writes one line per sequence, in agreement with the fixture', async () => {
    const input = write('in.jsonl', sequences.map(({ tokens }) => JSON.stringify({ tokens })).join('\n'));
    const output = join(folder, 'scores', 'out.jsonl');
    expect(await cli('score', '--model', LLAMA, '--input', input, '--output', output)).toEqual({
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

  it('gradient writes tensors under the checkpoint’s names and a result', async () => {
    const output = join(folder, 'gradient');
    expect(
      await cliHere('gradient', '--model', LLAMA, '--batch', write('batch.json', batch), '--output', output),
    ).toMatchObject({ status: 0, stderr: '' });
    const result = JSON.parse(readFileSync(join(output, 'result.json'), 'utf8')) as {
      loss: number;
      weights: number[][];
      ratios: number[][];
      zones: string[][];
      metrics: Record<string, number>;
    };
    const expected = fixture.expected.cases.find(({ title }) => title === 'gppo');
    expect(Math.abs(result.loss - (expected?.loss ?? NaN))).toBeLessThan(1e-4);
    expect(result.weights.map((row) => row.length)).toEqual(sequences.map(({ old_logprobs }) => old_logprobs.length));
    expect(result.zones.flat()).toContain('positive-high');
    expect(result.metrics['actor/pg_clipfrac']).toBeGreaterThan(0);
    const bytes = new Uint8Array(readFileSync(join(output, 'gradients.safetensors')));
    const tensors = parseSafetensors(bytes, 'gradients');
    expect([...tensors.keys()].sort()).toEqual(
      [...parseSafetensors(new Uint8Array(readFileSync(join(LLAMA, 'model.safetensors'))), 'model').keys()].sort(),
    );
    for (const { tensor, index, value } of expected?.gradients ?? []) {
      const { shape = [] } = tensors.get(tensor) ?? {};
      const [row = 0, column = 0] = index;
      const found =
        toFloat32(tensors.get(tensor) ?? { dtype: 'F32', shape: [], data: new Uint8Array() })[
          shape.length === 1 ? row : row * (shape[1] ?? 1) + column
        ] ?? NaN;
      expect(Math.abs(found - value), tensor).toBeLessThanOrEqual(Math.max(1e-5, 1e-3 * Math.abs(value)));
    }
  });
});

describe('train, resume and generate', () => {
  const lines = (run: string) =>
    readFileSync(join(run, 'metrics.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => ({ ...(JSON.parse(line) as Record<string, unknown>), time: undefined }));

  it('a resumed run ends with the metrics of an uninterrupted one, and its checkpoint generates', async () => {
    const whole = join(folder, 'whole');
    const config = write('run.json', tinyRun());
    const rollouts = join(folder, 'whole.jsonl');
    const record = join(folder, 'recordings', 'whole.recording.jsonl.gz');
    const { status, stdout, stderr } = await cliHere(
      ...['train', config, '--output', whole, '--rollouts', rollouts, '--record', record],
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    // The memory of the run, then one line per record.
    const printed = stdout.trimEnd().split('\n');
    expect(printed[0]).toMatch(/^weights of the model: [\d.]+ MB trained in f32$/);
    expect(printed[1]).toMatch(/^memory of sft: [\d.]+ MB of a budget of \d+ MB$/);
    const [, taken = NaN, planned = NaN] = (
      /^memory allocated: ([\d.]+) MB in buffers, ([\d.]+) MB planned$/m.exec(stdout) ?? []
    ).map(Number);
    expect(Math.abs(taken - planned)).toBeLessThan(0.05 * planned + 0.02);
    expect(printed.filter((line) => /^(sft|rl|evaluation) \d/.test(line))).toHaveLength(lines(whole).length);
    expect(readdirSync(whole).sort()).toEqual(['checkpoint', 'config.json', 'metrics.jsonl', 'run.json']);
    expect(readdirSync(join(whole, 'checkpoint')).sort()).toEqual([
      'config.json',
      'generation_config.json',
      'model.safetensors',
      'special_tokens_map.json',
      'studio.json',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);

    // The page takes the folder as it is.
    const read = await readRunFolder(
      ['config.json', 'metrics.jsonl', 'run.json'].map((path) => ({
        path,
        text: readFileSync(join(whole, path), 'utf8'),
      })),
      'whole',
      0,
    );
    expect(read).toMatchObject([
      {
        run: {
          name: 'tiny',
          state: 'complete',
          adapter: expect.stringMatching(/\w/),
          software: { host: expect.stringMatching(/^Node \d/) },
          config: tinyRun(),
          records: lines(whole).length,
          digest: { sft: 3, rl: 4 },
        },
      },
    ]);

    // The page replays its recording: every record, and what it shows of the tokens of each RL step.
    const { lines: recorded, end } = await readRecording(new Blob([readFileSync(record)]), record);
    expect(end).toBe('finished');
    expect(recorded.map((line) => ({ ...line.record, time: undefined }))).toEqual(lines(whole));
    expect(recorded.flatMap(({ tokens }) => (tokens ? [tokens.step] : []))).toEqual([1, 2, 3, 4]);
    expect(recorded.findLast(({ tokens }) => tokens)?.tokens?.used?.scatter?.total).toBeGreaterThan(0);

    const parts = join(folder, 'parts');
    await expectStopped(parts, write('again.json', tinyRun()), 2);
    const again = join(folder, 'again.jsonl');
    expect(await cli('train', '--resume', parts, '--rollouts', again, '--rollouts-every', '3')).toMatchObject({
      status: 0,
      stderr: '',
    });
    // 24 responses of 4 steps; of steps 1 and 4.
    const responses = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(responses(rollouts)).toHaveLength(4 * 24);
    expect(responses(again)).toEqual([...responses(rollouts).slice(0, 24), ...responses(rollouts).slice(-24)]);
    expect(lines(parts)).toEqual(lines(whole));
    expect(
      readFileSync(join(parts, 'checkpoint/model.safetensors')).equals(
        readFileSync(join(whole, 'checkpoint/model.safetensors')),
      ),
    ).toBe(true);
    expect((await cliHere('train', '--resume', parts)).stderr).toMatch(/complete run/);

    const model = join(whole, 'checkpoint');
    const generated = await cliHere(
      'generate',
      '--model',
      model,
      '--prompt',
      '3+4=',
      '--samples',
      '3',
      '--max-tokens',
      '3',
      '--temperature',
      '1',
      '--seed',
      '5',
      '--json',
    );
    expect(generated).toMatchObject({ status: 0, stderr: '' });
    const answers = generated.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { prompt: string; response: string; tokens: number[]; logprobs: number[] });
    expect(answers).toHaveLength(3);
    for (const answer of answers) {
      expect(answer.prompt).toBe('3+4=');
      expect(answer.tokens.length).toBe(answer.logprobs.length);
      expect(answer.logprobs.every((logprob) => logprob <= 0)).toBe(true);
    }

    const held = readdirSync(whole).sort();
    const asked = await cliHere(
      'what-if',
      whole,
      '--strategies',
      'ppo,reinforce',
      '--output',
      join(folder, 'what-if.json'),
    );
    expect(asked).toMatchObject({ status: 0, stderr: '' });
    const { strategies, cosine } = JSON.parse(readFileSync(join(folder, 'what-if.json'), 'utf8')) as {
      strategies: { label: string; gradientNorm: number }[];
      cosine: number[][];
    };
    expect(strategies.map(({ label }) => label)).toEqual(expect.arrayContaining(['PPO', 'REINFORCE']));
    expect(strategies.every(({ gradientNorm }) => gradientNorm >= 0)).toBe(true);
    expect(cosine).toHaveLength(strategies.length);
    expect(asked.stdout).toContain('cosines of the gradients:');
    expect(readdirSync(whole).sort()).toEqual(held);
  });

  it('--plan prints the memory of a run, or the changes with which it fits, and writes nothing', async () => {
    const config = write('plan.json', {
      ...tinyRun(),
      model: { checkpoint: 'embedded:addition-0.1M' },
      task: { name: 'addition', digits: 2 },
    });
    const before = readdirSync(folder).sort();
    const { status, stdout, stderr } = await cliHere('train', config, '--plan');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^weights of the model: 0\.\d+ MB trained in f32$/),
        expect.stringMatching(/^memory of rl: /),
        expect.stringMatching(/^longest responses that fit.*: \d+ tokens$/),
      ]),
    );
    const refused = await cliHere('train', config, '--plan', '--memory-budget', '1.6');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(/^The (sft|rl) stage needs .*It fits with memory\.recompute and model\.lora .*\n$/);
    expect(readdirSync(folder).sort()).toEqual(before);
    const alone = write('alone.json', tinyRun({}, { responses: 1 }));
    expect(await cliHere('train', alone, '--plan')).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/^Warning: rl\.responses is 1\. .*Use at least 2 responses\.\n$/) as string,
    });
  });

  /** Interrupts a run after some of its progress lines. */
  async function expectStopped(output: string, config: string, progressLines: number): Promise<void> {
    const { spawn } = await import('node:child_process');
    const child = spawn(
      process.execPath,
      [
        'scripts/with-gpu.mjs',
        'node',
        '--import',
        'tsx',
        '--import',
        './scripts/register-wgsl.mjs',
        'src/cli/main.ts',
        'train',
        config,
        '--output',
        output,
      ],
      { cwd: ROOT },
    );
    let seen = '';
    let errors = '';
    child.stderr.on('data', (data) => (errors += String(data)));
    child.stdout.on('data', (data) => {
      seen += String(data);
      if (seen.split('\n').length > progressLines) child.kill('SIGTERM');
    });
    const status = await new Promise((resolve) => child.on('exit', resolve));
    expect(status).toBe(130);
    expect(withoutDriverWarnings(errors)).toMatch(/^Interrupted\. Resume with: train --resume .*\n$/);
    expect(existsSync(join(output, 'state.safetensors'))).toBe(true);
  }
});

describe('invalid input ends with exit status 2, one clear line, and nothing written', () => {
  /** One error of the arguments, one of a file: to the exit status of the process. */
  const AS_PROCESSES = new Set(['an unknown option', 'truncated weights']);
  const output = () => join(folder, 'never');
  const gradientOf = (name: string, content: unknown, model = LLAMA) => [
    'gradient',
    '--model',
    model,
    '--batch',
    write(name, content),
    '--output',
    output(),
  ];
  const scoreOf = (name: string, content: unknown, model = LLAMA) => [
    'score',
    '--model',
    model,
    '--input',
    write(name, content),
    '--output',
    output(),
  ];
  const trainOf = (name: string, content: unknown) => ['train', write(name, content), '--output', output()];
  const change = (first: object) => ({ ...batch, sequences: [{ ...sequences[0], ...first }] });
  const run = tinyRun();
  /** The folder of a run that began with `run`. */
  const begun = () => {
    mkdirSync(join(folder, 'begun'), { recursive: true });
    return dirname(write('begun/config.json', run));
  };

  const cases: [title: string, args: () => string[], message: RegExp][] = [
    [
      'rollouts of a run without RL',
      () => [...trainOf('no-rl.json', { ...run, rl: undefined }), '--rollouts', output()],
      /train: --rollouts: expected a config with a stage rl/,
    ],
    [
      'a choice of rollouts without a file',
      () => [...trainOf('every.json', run), '--rollouts-every', '2'],
      /train: --rollouts-every: expected --rollouts FILE with it/,
    ],
    ['an unknown command', () => ['fly'], /unknown command fly/],
    ['no command', () => ['sweep'], /unknown command sweep/],
    ['a missing option', () => ['score', '--model', LLAMA], /score: expected --input/],
    ['an unknown option', () => ['score', '--modle', LLAMA], /score: .*--modle/],
    [
      'a missing model folder',
      () => scoreOf('a.jsonl', '{"tokens":[1]}', join(folder, 'nowhere')),
      /nowhere: checkpoint folder not found/,
    ],
    [
      'a missing file',
      () => ['score', '--model', LLAMA, '--input', join(folder, 'none.jsonl'), '--output', output()],
      /none\.jsonl: no such file/,
    ],
    ['no sequences to score', () => scoreOf('b.jsonl', '\n'), /b\.jsonl: expected at least one line/],
    ['a line that is not JSON', () => scoreOf('c.jsonl', '{"tokens":[1,2]}\n{"tokens":'), /c\.jsonl: line 2: not JSON/],
    ['an unknown field in a line', () => scoreOf('d.jsonl', '{"tokens":[1],"x":2}'), /line 1: x: unknown field/],
    [
      'a token outside the vocabulary',
      () => scoreOf('e.jsonl', '{"tokens":[1,37]}'),
      /tokens\.1: expected a token id from 0 to 36, found 37/,
    ],
    ['a text for a token', () => scoreOf('f.jsonl', '{"tokens":[1,"2"]}'), /tokens\.1: .*found "2"/],
    [
      'more tokens than positions',
      () => scoreOf('g.jsonl', { tokens: Array(80).fill(1) }),
      /tokens: expected at most 64, the model's number of positions; found 80/,
    ],
    ['text without a tokenizer', () => scoreOf('h.jsonl', '{"text":"12+34="}'), /tokenizer\.json is missing/],
    [
      'a prompt without a tokenizer',
      () => ['generate', '--model', LLAMA, '--prompt', '1+1='],
      /tokenizer\.json is missing/,
    ],
    [
      'a prompt outside the vocabulary',
      () => ['generate', '--model', 'embedded:addition-0.1M', '--prompt', 'one'],
      /"o" is not in the vocabulary/,
    ],
    [
      'a number of samples that is not a number',
      () => ['generate', '--model', 'embedded:addition-0.1M', '--prompt', '1', '--samples', 'many'],
      /--samples: expected a whole number/,
    ],
    [
      'a negative temperature',
      () => ['generate', '--model', 'embedded:addition-0.1M', '--prompt', '1', '--temperature=-1'],
      /--temperature: expected a number of at least 0/,
    ],
    ['a batch without sequences', () => gradientOf('i.json', { ...batch, sequences: [] }), /i\.json: sequences/],
    ['a batch that is a list', () => gradientOf('j.json', []), /j\.json/],
    ['an unknown strategy', () => gradientOf('k.json', { ...batch, strategy: 'magic' }), /k\.json: strategy/],
    [
      'an unknown parameter',
      () => gradientOf('l.json', { ...batch, params: { epsilon: 1 } }),
      /l\.json: params\.epsilon: unknown field/,
    ],
    [
      'a text where a number belongs',
      () => gradientOf('m.json', change({ advantage: 'high' })),
      /m\.json: sequences\.0\.advantage: .*number/,
    ],
    [
      'a prompt longer than its sequence',
      () => gradientOf('n.json', change({ prompt_length: 99 })),
      /sequences\.0\.prompt_length: expected less than/,
    ],
    [
      'log-probs of another length',
      () => gradientOf('o.json', change({ old_logprobs: [0] })),
      /sequences\.0\.old_logprobs: expected 18 numbers/,
    ],
    [
      'a batch token outside the vocabulary',
      () => gradientOf('p.json', change({ tokens: Array(24).fill(99) })),
      /sequences\.0\.tokens\.0: expected a token id below 37/,
    ],
    [
      'truncated weights',
      () =>
        scoreOf(
          'q.jsonl',
          '{"tokens":[1]}',
          damaged('cut', 'model.safetensors', (bytes) => bytes.subarray(0, 40_000)),
        ),
      /cut\/model\.safetensors: .*cut off/,
    ],
    [
      'an incorrect dtype',
      () =>
        scoreOf(
          'r.jsonl',
          '{"tokens":[1]}',
          damaged('dtype', 'model.safetensors', (bytes) =>
            Buffer.from(bytes.toString('latin1').replaceAll('"F32"', '"I32"'), 'latin1'),
          ),
        ),
      /dtype: expected F32, F16 or BF16, found I32/,
    ],
    [
      'a missing tensor',
      () =>
        scoreOf(
          's.jsonl',
          '{"tokens":[1]}',
          damaged('name', 'model.safetensors', (bytes) =>
            Buffer.from(bytes.toString('latin1').replace('model.norm.weight', 'model.norm.weighs'), 'latin1'),
          ),
        ),
      /tensor model\.norm\.weight is missing; expected it with shape \[32\]/,
    ],
    [
      'NaN weights',
      () =>
        scoreOf(
          't.jsonl',
          '{"tokens":[1]}',
          damaged('nan', 'model.safetensors', (bytes) =>
            Buffer.concat([bytes.subarray(0, -4), Buffer.from([0, 0, 0xc0, 0x7f])]),
          ),
        ),
      /model\.norm\.weight: element 31 is NaN/,
    ],
    [
      'another architecture',
      () =>
        scoreOf(
          'u.jsonl',
          '{"tokens":[1]}',
          damaged('arch', 'config.json', (bytes) => Buffer.from(bytes.toString().replace('"llama"', '"mamba"'))),
        ),
      /model_type: expected one of .*; found "mamba"/,
    ],
    ['a config that is not JSON', () => trainOf('v.json', '{"name":'), /v\.json: not JSON/],
    ['an unknown field in a config', () => trainOf('w.json', { ...run, speed: 2 }), /w\.json: .*speed/],
    [
      'a negative size',
      () => trainOf('x.json', { ...run, model: { architecture: { hidden_size: -16 } } }),
      /x\.json: model\.architecture\.hidden_size/,
    ],
    [
      'head sizes that do not match',
      () => trainOf('y.json', { ...run, model: { architecture: { hidden_size: 16, heads: 3 } } }),
      /model\.architecture: head_dimension/,
    ],
    ['zero prompts', () => trainOf('z.json', { ...run, rl: { ...run.rl, prompts: 0 } }), /rl\.prompts/],
    [
      'more held-out problems than there are',
      () => trainOf('aa.json', { ...run, evaluation: { every: 1, problems: 500 } }),
      /evaluation\.problems: expected at most/,
    ],
    [
      'a checkpoint without a tokenizer',
      () => trainOf('bb.json', { ...run, model: { checkpoint: LLAMA } }),
      /has no tokenizer/,
    ],
    [
      'a task that the model cannot write',
      () =>
        trainOf('cc.json', { ...run, model: { checkpoint: 'embedded:addition-0.1M' }, task: { name: 'arithmetic' } }),
      /cannot encode the task arithmetic/,
    ],
    [
      'answers longer than the model’s positions',
      () => trainOf('dd.json', { ...run, rl: { ...run.rl, max_response_tokens: 100 } }),
      /the model has 24 positions/,
    ],
    ['a plan of nothing', () => ['train', '--plan'], /--plan: expected a run config/],
    [
      'a memory budget that is not a number',
      () => ['train', write('ff.json', run), '--memory-budget', 'all', '--output', output()],
      /--memory-budget: expected a number/,
    ],
    [
      'a seed that is not a number',
      () => ['train', write('ee.json', run), '--seed', 'x', '--output', output()],
      /--seed: expected a whole number/,
    ],
    ['a folder that holds no run to ask', () => ['what-if', folder], /config\.json: no such file/],
    [
      'an unknown strategy to compare',
      () => ['what-if', folder, '--strategies', 'ppo,magic'],
      /--strategies: expected names of .*; found "magic"/,
    ],
    [
      'another seed for a run that began',
      () => ['train', '--resume', begun(), '--seed', '9'],
      /^train: seed: expected 3 as in .*begun.config\.json, found 9; a run resumes under the config that it began with$/m,
    ],
    [
      'another config for a run that began',
      () => ['train', write('gg.json', { ...run, sft: { ...run.sft, batch_size: 8 } }), '--resume', begun()],
      /gg\.json: differs from .*begun.config\.json in more than the number of steps; a run resumes under the config/,
    ],
    ['a folder that holds no run', () => ['train', '--resume', folder], /config\.json: no such file/],
  ];

  it.each(cases)('%s', async (title, args, message) => {
    const { status, stdout, stderr } = await (AS_PROCESSES.has(title) ? cli : cliHere)(...args());
    expect({ status, stdout }, stderr).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(existsSync(output())).toBe(false);
  });

  it.each(['score', 'gradient', 'train', 'compare', 'what-if', 'generate', 'evaluate', 'bench'])(
    '%s --help prints usage and options, at most 100 columns wide',
    async (command) => {
      const { status, stdout, stderr } = await cliHere(command, '--help');
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toContain(`npm run --silent cli -- ${command} `);
      expect(stdout).toMatch(/^ {2}--\w+/m);
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    },
  );

  it('train --help lists every field of a config with type, default and description', async () => {
    const { stdout } = await cliHere('train', '--help');
    const text = stdout.replace(/\s+/g, ' ');
    for (const { path, description } of DOCUMENTED_FIELDS) {
      expect(text).toContain(` ${path} `);
      expect(text).toContain(description);
    }
    expect(text).toContain(' rl.prompts integer 1 to 65536, in prompts, default 64 Prompts per rollout');
    expect(text).toContain(' sft.sources[].filter[].min number, default any number The value is a number of at least');
    expect(text).toContain(' rl.tis_cap number > 0, or null, default off ');
  });

  it('compare --help lists the fields of a sweep', async () => {
    const { stdout } = await cliHere('compare', '--help');
    expect(stdout.match(/^ {2}[a-z.]+(?= {2})/gm)?.map((name) => name.trim())).toEqual([
      'name',
      'base',
      'strategies',
      'vary',
      'combine',
      'tune',
      'tune.vary',
      'tune.combine',
      'tune.seeds',
      'measure',
      'seeds',
      'baseline',
      'confidence',
    ]);
  });

  it('--help lists the commands', async () => {
    const { status, stdout } = await cliHere('--help');
    expect(status).toBe(0);
    for (const command of ['score', 'gradient', 'train', 'compare', 'what-if', 'generate', 'bench'])
      expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
  });
});

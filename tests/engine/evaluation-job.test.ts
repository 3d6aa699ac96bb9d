/** Evaluations of the page's worker: the command line's reports, a paused run's policy, progress, cancelling. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { checkpointFiles } from '../../src/checkpoint/export-checkpoint.ts';
import { modelCheckpoint, openCheckpoint } from '../../src/checkpoint/checkpoint.ts';
import { memorySource } from '../../src/checkpoint/checkpoint-source.ts';
import { blobFile } from '../../src/data/data-file.ts';
import { initializeTensors } from '../../src/model/weights/initial-weights.ts';
import { stream } from '../../src/random.ts';
import { TaskConfig } from '../../src/run/config/task.ts';
import { runSources } from '../../src/session/resolved-run.ts';
import { characterTokenizer } from '../../src/text/character-tokenizer.ts';
import type { Device } from '../../src/worker/device.ts';
import { GpuUse } from '../../src/worker/gpu-use.ts';
import { EvaluationJob } from '../../src/worker/evaluation-job.ts';
import type { RunTransport } from '../../src/worker/run-transport.ts';
import type { Result } from '../../src/views/result.ts';
import type { WorkerEvent } from '../../src/worker/events.ts';
import { Studio } from '../../src/worker/studio.ts';
import { MOST_RESPONSES, type EvaluationProgress, type EvaluationRequest } from '../../src/views/evaluation.ts';
import { POLICY, START } from '../../src/views/playground.ts';
import { detailsJsonl, reportJson } from '../../src/ui/evaluate/exports.ts';
import { cliHere, ROOT } from '../support/cli.ts';
import { SETTLED, testGpu, testProvider, testTuner } from '../support/gpu.ts';
import { TINY_CONFIG, tinyCheckpoint } from '../support/tiny-checkpoint.ts';
import { tinyRun } from '../support/tiny-run.ts';

const MODEL = 'local:addition';
const REQUEST: EvaluationRequest = {
  model: MODEL,
  task: { name: 'addition', digits: 2 },
  samples: 2,
  problems: 6,
  temperature: 1,
  seed: 3,
};

let folder: string;
let studio: Studio;
const events: WorkerEvent[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gppo-page-evaluation-'));
  studio = new Studio(testProvider(), 'http://localhost/models/', SETTLED);
  await studio.subscribe((event) => events.push(event));
  const source = join(ROOT, 'public/models/addition-0.1M');
  const files = readdirSync(source).map((path) => ({
    path: `addition/${path}`,
    file: new File([readFileSync(join(source, path))], path),
  }));
  value(await studio.addCheckpoint(files));
});
afterAll(async () => {
  await studio.stop();
  rmSync(folder, { recursive: true, force: true });
});

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.message} ${result.error.advice}`);
  return result.value;
}

const evaluate = async (change: Partial<EvaluationRequest> = {}) =>
  studio.evaluate({ ...REQUEST, ...change } as EvaluationRequest);

it('asks all problems of a task that holds out fewer, and says so', async () => {
  const { report, notes } = value(await evaluate({ task: { name: 'addition', digits: 1 }, samples: 1, problems: 64 }));
  expect(report.problems).toBeGreaterThan(4);
  expect(report.problems).toBeLessThan(64);
  expect(notes).toEqual([
    `The task holds out ${report.problems} problems that the model can be asked: all of them were.`,
  ]);
});

const newestProgress = () =>
  events.flatMap((event) => (event.type === 'evaluation-progress' ? [event.progress] : [])).at(-1);

it('gives the files that the command line writes, byte for byte', async () => {
  const result = value(await evaluate());
  const [task, output, details] = ['task.json', 'report.json', 'details.jsonl'].map((name) => join(folder, name));
  writeFileSync(task ?? '', JSON.stringify(REQUEST.task));
  const { status, stderr } = await cliHere(
    ...['evaluate', '--model', 'embedded:addition-0.1M', '--task', task ?? '', '--output', output ?? ''],
    ...['--details', details ?? '', '--samples', '2', '--problems', '6', '--seed', '3'],
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(reportJson(result)).toBe(readFileSync(output ?? '', 'utf8'));
  expect(detailsJsonl(result)).toBe(readFileSync(details ?? '', 'utf8'));
  expect(newestProgress()).toEqual({ stage: 'responding', done: 18, total: 18 });
});

it('evaluates the policy of a paused run and its initial weights; the run continues as if it had not', async () => {
  const config = tinyRun({ sft: { steps: 2, batch_size: 16, learning_rate: 5e-2 } }, { steps: 1 });
  const finished = () => events.some((event) => event.type === 'run-end' && event.state === 'finished');
  const metrics = async (between: () => Promise<void>, before: () => Promise<void> = between) => {
    events.length = 0;
    value(await studio.start(config, { paused: true, run: 'evaluated', discard: true }));
    await before();
    await studio.resume({ oneStep: true });
    await vi.waitFor(() => expect(newestState()).toBe('paused'), { timeout: 60_000 });
    await vi.waitFor(() => expect(records()).toHaveLength(2), { timeout: 60_000 });
    await between();
    await studio.resume({ oneStep: false });
    await vi.waitFor(() => expect(finished()).toBe(true), { timeout: 60_000 });
    return records().map((record) => record.metrics);
  };
  const newestState = () => events.flatMap((event) => (event.type === 'frame' ? [event.frame.state] : [])).at(-1);
  const records = () => events.flatMap((event) => (event.type === 'run-records' ? event.records : []));
  const plain = await metrics(() => Promise.resolve());
  const task = { name: 'addition', digits: 1 } as const;
  const responses = async (model: string) => {
    const { report, problems } = value(await evaluate({ model, task, problems: 4 }));
    expect(report).toMatchObject({ problems: 4, samples: 2 });
    return problems.map((one) => [one.greedy, ...one.responses].map(({ response }) => response));
  };
  // The weights that the run started from are a model too, before and after training.
  let started: string[][] = [];
  const evaluated = await metrics(
    async () => {
      expect(await responses(START)).toEqual(started);
      expect(await responses(POLICY)).not.toEqual(started);
    },
    async () => {
      started = await responses(POLICY);
      expect(await responses(START)).toEqual(started);
    },
  );
  expect(evaluated).toEqual(plain);
});

it('is cancelled, and refuses what it cannot do', async () => {
  const running = evaluate({ samples: 64, problems: 200 });
  await expect(evaluate()).resolves.toMatchObject({ ok: false, error: { message: 'Another evaluation is running.' } });
  await studio.cancelEvaluation();
  expect(await running).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
  expect(await evaluate({ model: 'local:none' })).toMatchObject({ ok: false, error: { kind: 'input' } });
  expect(await evaluate({ problems: MOST_RESPONSES })).toMatchObject({
    ok: false,
    error: { message: expect.stringMatching(/problems: expected at most 50000 responses together/) as string },
  });
  expect(await evaluate({ task: { name: 'arithmetic', operations: 1, max_operand: 9 } })).toMatchObject({
    ok: false,
    error: { message: expect.stringMatching(/tokenizer cannot encode the task: the character "[-*]"/) as string },
  });
  expect(await evaluate({ maxTokens: 1000 })).toMatchObject({
    ok: false,
    error: { message: expect.stringMatching(/do not fit the model's \d+ positions/) as string },
  });
});

it('asks the held-out rows of data, by difficulty; reports the reading and the rows that do not fit', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => ({
    question: i === 7 ? `${'1+'.repeat(40)}1=` : `${i}+1=`,
    answer: String(i + 1),
    level: i % 2 === 0 ? 'easy' : 'hard',
  }));
  const text = rows.map((row) => JSON.stringify(row)).join('\n');
  const tokenizer = characterTokenizer([...'0123456789+=\n']);
  const config = { ...TINY_CONFIG, vocabularySize: tokenizer.vocabularySize };
  const files = checkpointFiles({
    ...tinyCheckpoint(),
    config,
    tensors: initializeTensors(config, stream(4, 'test')),
    tokenizerFiles: tokenizer.files(),
    tokenizerJson: tokenizer.files()[0]?.text ?? '',
  });
  const source = memorySource('data', Object.fromEntries(files.map(({ path, data }) => [path, data])));
  const checkpoint = modelCheckpoint(await openCheckpoint(source, 'data'));
  const gpu = await testGpu();
  const sent: EvaluationProgress[] = [];
  const job = new EvaluationJob({
    device: { open: () => Promise.resolve({ gpu, tuner: testTuner(gpu) }) } as unknown as Device,
    library: { get: () => Promise.resolve(checkpoint) },
    transport: { active: false } as RunTransport,
    sources: runSources({ data: ({ path }) => Promise.resolve(blobFile(new Blob([text]), path)) }),
    use: new GpuUse({ run: () => false, sweep: () => false, race: () => false }),
    send: (event) => event.type === 'evaluation-progress' && sent.push(event.progress),
  });
  const task = TaskConfig.parse({
    name: 'dataset',
    data: { path: 'sums.jsonl' },
    columns: { prompt: 'question', answer: 'answer', difficulty: 'level' },
    held_out: { share: 0.9 },
    rewards: [{ name: 'number' }, { name: 'length', weight: 0.5, max_tokens: 4, cache_tokens: 2 }],
  });
  const { report, problems, notes } = await job.run({ ...REQUEST, task, maxTokens: 4 });
  expect(report).toMatchObject({ problems: 6, samples: 2, difficulty: 'data', length_unit: 'tokens' });
  expect(Object.keys(report.by_difficulty).every((band) => ['easy', 'hard'].includes(band))).toBe(true);
  for (const { row, prompt, answer, greedy, responses } of problems) {
    expect(rows).toContainEqual(row);
    expect(row).toMatchObject({ question: prompt, answer });
    for (const one of [greedy, ...responses]) {
      expect(Object.keys(one.rewards)).toEqual(['number', 'length']);
      expect(one.reward).toBeCloseTo((one.rewards['number'] ?? NaN) + 0.5 * (one.rewards['length'] ?? NaN), 12);
    }
  }
  expect([...new Set(sent.map(({ stage }) => stage))]).toEqual(['loading', 'reading', 'responding']);
  expect(sent[1]).toMatchObject({ reading: { work: 'reading', name: 'sums.jsonl' } });
  expect(notes).toEqual([expect.stringMatching(/^1 held-out rows do not fit the model's 16 positions/)]);
});

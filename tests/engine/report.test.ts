/** A run's report: the same on the page and on the command line, and without effect on training. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import { reportMarkdown } from '../../src/report/markdown.ts';
import type { RunReport } from '../../src/report/run-report.ts';
import { reportText } from '../../src/report/run-report.ts';
import type { StageAnswers } from '../../src/report/stage-answers.ts';
import type { RunConfig, RunConfigInput } from '../../src/run/config.ts';
import type { StepRecord } from '../../src/run/step-record.ts';
import { RunSession } from '../../src/session/session.ts';
import type { WorkerEvent } from '../../src/worker/events.ts';
import { Studio } from '../../src/worker/studio.ts';
import { cliHere, startCli } from '../support/cli.ts';
import { SETTLED, testGpu, testProvider, testTuner } from '../support/gpu.ts';
import { withoutTime } from '../support/run-records.ts';
import { tinyRun } from '../support/tiny-run.ts';

let gpu: Gpu;
let tuner: Tuner;
let folder: string;
beforeAll(async () => {
  gpu = await testGpu();
  tuner = testTuner(gpu);
  folder = mkdtempSync(join(tmpdir(), 'gppo-report-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  gpu.destroy();
});

const REPORT = { problems: 10, samples: 4 };
/** Arithmetic, so that a tiny model makes mistakes of several kinds. */
const reported = (change: Partial<RunConfigInput> = {}): RunConfig =>
  tinyRun({ task: { name: 'arithmetic', operations: 1, max_operand: 9 }, report: REPORT, ...change });

interface Results {
  records: StepRecord[];
  stages: StageAnswers[];
  report: RunReport | undefined;
}

/** @param stopAt may stop the run at every sign of progress; it is resumed */
async function resultsOf(config: RunConfig, stopAt?: (sign: string) => boolean): Promise<Results & { stops: number }> {
  const session = await RunSession.create({ gpu, tuner, config, checkpoint: undefined });
  const [records, stages]: [StepRecord[], StageAnswers[]] = [[], []];
  let stops = 0;
  for (;;) {
    const abort = new AbortController();
    const reason = new Error('stopped');
    const onActivity = (sign: string) => stopAt?.(sign) && abort.abort(reason);
    const step = await session.next({ signal: abort.signal, onActivity }).catch((error: unknown) => {
      expect(error).toBe(reason);
      return 'stopped' as const;
    });
    if (abort.signal.aborted) stops += 1;
    if (step === 'stopped') continue;
    if (!step) break;
    records.push(...step.records);
    if (step.stage) stages.push(step.stage);
  }
  const report = session.report(stages);
  session.destroy();
  return { records, stages, report, stops };
}

async function resultsOfPage(config: RunConfig): Promise<Omit<Results, 'stages'> & { reports: number }> {
  const studio = new Studio(testProvider(), 'http://localhost/models/', SETTLED);
  const events: WorkerEvent[] = [];
  await studio.subscribe((event) => events.push(event));
  const started = await studio.start(config, { paused: false, run: 'page' });
  expect(started).toMatchObject({ ok: true });
  await vi.waitFor(() => expect(events).toContainEqual(expect.objectContaining({ type: 'run-end' })), 60_000);
  await studio.stop();
  const reports = events.flatMap((event) => (event.type === 'run-report' ? [event.report] : []));
  return {
    records: events.flatMap((event) => (event.type === 'run-records' ? event.records : [])),
    report: reports.at(-1),
    reports: reports.length,
  };
}

/** Trains in a process that gets a signal once it has printed a text. @returns the exit status */
async function interruptedAt(text: string, output: string): Promise<unknown> {
  const child = await startCli('train', join(folder, 'run.json'), '--output', output);
  let [seen, sent] = ['', false];
  child.stdout.on('data', (data) => {
    seen += String(data);
    if (!sent && seen.includes(text)) sent = child.kill('SIGTERM');
  });
  return new Promise((resolve) => child.on('exit', resolve));
}

describe('the report of a run', () => {
  let whole: Results;
  beforeAll(async () => {
    whole = await resultsOf(reported());
  });

  it('asks the same problems before training, after SFT and after RL', () => {
    expect(whole.stages.map(({ stage, step }) => [stage, step])).toEqual([
      ['start', 0],
      ['sft', 3],
      ['rl', 7],
    ]);
    const prompts = whole.stages.map(({ problems }) => problems.map(({ prompt }) => prompt));
    expect(new Set(prompts[0]).size).toBe(10);
    expect(prompts[1]).toEqual(prompts[0]);
    expect(prompts[2]).toEqual(prompts[0]);
    for (const { problems } of whole.stages)
      for (const { greedy, sampled, solution_tokens: tokens } of problems) {
        expect(sampled).toHaveLength(4);
        expect(tokens).toBeGreaterThan(1);
        for (const one of [greedy, ...sampled]) expect(one.correct).toBe(one.mistake === undefined);
      }
  });

  it('has no effect on training', async () => {
    const { report: _, ...config } = reported();
    const without = await resultsOf(config);
    expect(withoutTime(without.records)).toEqual(withoutTime(whole.records));
    expect([without.stages, without.report]).toEqual([[], undefined]);
    // Nor where it is all that is measured.
    const { evaluation: _evaluation, ...alone } = reported();
    const steps = whole.records.filter(({ phase }) => phase !== 'evaluation');
    const measured = await resultsOf(alone);
    expect(withoutTime(measured.records)).toEqual(withoutTime(steps));
    expect(measured.report).toEqual(whole.report);
  });

  it('is the same on the page and on the command line, number by number', async () => {
    const page = await resultsOfPage(reported());
    expect(withoutTime(page.records)).toEqual(withoutTime(whole.records));
    expect(page.reports).toBe(3);
    expect(page.report).toEqual(whole.report);
    const output = join(folder, 'whole');
    writeFileSync(join(folder, 'run.json'), JSON.stringify(reported()));
    const { status, stdout, stderr } = await cliHere('train', join(folder, 'run.json'), '--output', output);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.match(/^report, .*$/gm)).toHaveLength(3);
    expect(readFileSync(join(output, 'report.json'), 'utf8')).toBe(reportText(page.report!));
    expect(readFileSync(join(output, 'report.md'), 'utf8')).toBe(reportMarkdown(page.report!));
    expect(readdirSync(join(output, 'report')).sort()).toEqual(['rl.json', 'sft.json', 'start.json']);
  });

  it('has for the trained model what evaluate gives with the same options', async () => {
    writeFileSync(join(folder, 'task.json'), JSON.stringify(reported().task));
    const evaluated = join(folder, 'evaluated.json');
    const { status, stderr } = await cliHere(
      ...['evaluate', '--model', join(folder, 'whole', 'checkpoint'), '--task', join(folder, 'task.json')],
      ...['--problems', '10', '--samples', '4', '--seed', '3', '--output', evaluated],
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const rl = whole.report?.stages.find(({ stage }) => stage === 'rl');
    expect(JSON.parse(readFileSync(evaluated, 'utf8'))).toEqual(rl?.evaluation);
  });

  it.each([
    ['in the answers before training', 'answers for the report, before training'],
    ['in the answers after SFT', 'answers for the report, after SFT'],
    ['in the answers after RL', 'answers for the report, after RL: 10 of 50'],
  ])('is the same for a run stopped %s and resumed', async (_, where) => {
    const before = gpu.counters.bytes;
    let seen = 0;
    const { stops, stages, records, report } = await resultsOf(reported(), (sign) => sign === where && seen++ < 2);
    expect(stops).toBe(2);
    expect(stages).toEqual(whole.stages);
    expect(withoutTime(records)).toEqual(withoutTime(whole.records));
    expect(report).toEqual(whole.report);
    expect(gpu.counters.bytes).toBe(before);
  });

  it('is the same for a run of the command line that was interrupted in RL and resumed', async () => {
    const output = join(folder, 'parts');
    expect(await interruptedAt('rl 1/4', output)).toBe(130);
    expect(readdirSync(join(output, 'report')).sort()).toEqual(['sft.json', 'start.json']);
    const read = (run: string, file: string) => readFileSync(join(folder, run, file), 'utf8');
    expect((JSON.parse(read('parts', 'report.json')) as RunReport).stages).toHaveLength(2);
    expect(await cliHere('train', '--resume', output)).toMatchObject({ status: 0, stderr: '' });
    expect(read('parts', 'report.json')).toBe(read('whole', 'report.json'));
  });

  it('a run that is resumed without the answers of a stage is refused with the file that is missing', async () => {
    const output = join(folder, 'gone');
    expect(await interruptedAt('sft 2/3', output)).toBe(130);
    rmSync(join(output, 'report'), { recursive: true });
    const { status, stderr } = await cliHere('train', '--resume', output);
    expect(status).toBe(2);
    expect(stderr).toContain(join(output, 'report', 'start.json'));
  });
});

it('a run of one stage has a report of that stage, and one without training of the start', async () => {
  const { sft: _, ...rl } = reported();
  expect((await resultsOf(rl)).report?.stages.map(({ stage }) => stage)).toEqual(['start', 'rl']);
  const { rl: _rl, ...sft } = reported();
  const { report } = await resultsOf(sft);
  expect(report?.changes.map(({ from, to }) => [from, to])).toEqual([['start', 'sft']]);
  expect((await resultsOf({ ...rl, rl: undefined })).report?.stages.map(({ stage }) => stage)).toEqual(['start']);
});

it('asks all held-out problems of a task that has fewer', async () => {
  const config = tinyRun({ report: { problems: 500, samples: 1 }, evaluation: undefined });
  const { report } = await resultsOf(config);
  expect(report?.asked.problems).toBeGreaterThan(8);
  expect(report?.asked.problems).toBeLessThan(50);
});

it('refuses responses that do not fit the model, at the field of the report', async () => {
  await expect(resultsOf(reported({ report: { ...REPORT, max_response_tokens: 100 } }))).rejects.toMatchObject({
    kind: 'input',
    field: 'report.max_response_tokens',
  });
});

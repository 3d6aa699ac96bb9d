/**
 * `kill -9` of the command line at random moments of SFT, RL, evaluation, saving and comparing: started again, it ends
 * with the metrics of a process that was never killed, and the same files.
 *
 * GPPO_KILLS sets the number of moments, GPPO_KILL_SEED where they are; both are printed.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stream, type Random } from '../src/random.ts';
import type { StepRecord } from '../src/run/step-record.ts';
import { STATE_FILE } from '../src/session/state-file.ts';
import { buildCli, type BuiltCli } from './support/built-cli.ts';
import { cliHere, withoutDriverWarnings } from './support/cli.ts';
import { withoutTime } from './support/run-records.ts';
import { tinyRun } from './support/tiny-run.ts';

const KILLS = Number(process.env['GPPO_KILLS'] ?? 8);
const SEED = Number(process.env['GPPO_KILL_SEED'] ?? Date.now() % 1_000_000);
/** Of the moments, those of a comparison. */
const OF_COMPARISON = Math.round(KILLS / 5);

let folder: string;
let built: BuiltCli;
beforeAll(async () => {
  console.log(`${KILLS} moments, GPPO_KILL_SEED=${SEED}`);
  folder = mkdtempSync(join(tmpdir(), 'gppo-killed-'));
  built = await buildCli();
});
afterAll(() => {
  built.remove();
  rmSync(folder, { recursive: true, force: true });
});

const write = (name: string, content: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
};

/** A moment in the life of a process: some time after it began, a line that it prints, a file that it is writing. */
type Moment = { at: 'time'; ms: number } | { at: 'line'; line: number; ms: number } | { at: 'file'; file: number };

const momentOf = (random: Random, milliseconds: number, lines: number): Moment => {
  const kind = random.integer(3);
  if (kind === 0) return { at: 'time', ms: random.float() * milliseconds };
  if (kind === 1) return { at: 'line', line: 1 + random.integer(lines), ms: random.float() * 30 };
  return { at: 'file', file: 1 + random.integer(4) };
};

interface End {
  killed: boolean;
  /** Lines printed. */
  lines: string[];
  errors: string;
  milliseconds: number;
}

/** @param moment when to kill it; never when left out */
async function run(args: readonly string[], output: string, moment?: Moment): Promise<End> {
  const began = performance.now();
  const child = built.start(...args);
  const end: End = { killed: false, lines: [], errors: '', milliseconds: 0 };
  const kill = () => void (end.killed = child.kill('SIGKILL') || end.killed);
  const timers: NodeJS.Timeout[] = [];
  const killAfter = (ms: number) => void timers.push(setTimeout(kill, ms));
  if (moment?.at === 'time') killAfter(moment.ms);
  // Looked for again and again: a recursive watcher of Node fails on folders that are gone when it looks into them.
  const files = new Set<string>();
  const looking = setInterval(() => {
    if (moment?.at !== 'file') return;
    for (const name of namesIn(output)) if (name.includes('.partial')) files.add(name);
    if (files.size >= moment.file) kill();
  }, 1);
  let text = '';
  child.stdout?.on('data', (data: Buffer) => {
    text += data.toString();
    if (moment?.at === 'line' && timers.length === 0 && text.split('\n').length > moment.line) killAfter(moment.ms);
  });
  child.stderr?.on('data', (data: Buffer) => (end.errors += data.toString()));
  const [status, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.on('close', (code, by) => resolve([code, by])),
  );
  clearInterval(looking);
  for (const timer of timers) clearTimeout(timer);
  if (signal !== 'SIGKILL') expect([status, withoutDriverWarnings(end.errors)]).toEqual([0, '']);
  return { ...end, killed: signal === 'SIGKILL', lines: text.split('\n'), milliseconds: performance.now() - began };
}

/** Of all files below a folder; none of one that is not there, or changes at that moment. */
function namesIn(path: string): string[] {
  try {
    return readdirSync(path, { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
}

const recordsOf = (path: string) =>
  withoutTime(
    readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as StepRecord),
  );

/** All files of a folder but those with times, or the machine and the commit, in them. */
function filesOf(path: string): Map<string, Buffer> {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files
      .map(({ parentPath, name }) => join(parentPath, name))
      .filter((file) => !/(?:metrics\.jsonl|run\.json)$/.test(file))
      .map((file) => [file.slice(path.length + 1), readFileSync(file)]),
  );
}

/** A run that is over has its checkpoint and no state to resume from. */
const isComplete = (output: string): boolean =>
  existsSync(join(output, 'checkpoint', 'config.json')) && !existsSync(join(output, STATE_FILE));

it('training, killed and resumed until it ends, gives the files of a run that was never killed', async () => {
  const random = stream(SEED, 'killed runs');
  // Long enough for several states; its report and its rollouts are written along with it.
  const config = write('run.json', {
    ...tinyRun({}, { steps: 10, prompts: 4, responses: 2, minibatches: 1, epochs: 1 }),
    sft: { ...tinyRun().sft, steps: 12 },
    evaluation: { every: 4, problems: 8 },
    report: { problems: 8 },
    model: { ...tinyRun().model, lora: { rank: 2, alpha: 4, targets: ['all-linear'] } },
  });
  const argsOf = (output: string) => ['--rollouts', `${output}-rollouts.jsonl`, '--rollouts-every', '4'];
  const whole = join(folder, 'whole');
  const undisturbed = await run(['train', config, '--output', whole, ...argsOf(whole)], whole);
  const expected = filesOf(whole);
  expect([...expected.keys()]).toEqual(expect.arrayContaining(['checkpoint/model.safetensors', 'report.json']));

  let kills = 0;
  const reached = new Set<string>();
  for (let number = 1; kills < KILLS - OF_COMPARISON; number++) {
    const output = join(folder, `run-${number}`);
    for (let done = false; !done;) {
      const moment =
        kills < KILLS - OF_COMPARISON
          ? momentOf(random, undisturbed.milliseconds, undisturbed.lines.length)
          : undefined;
      const begun = existsSync(output);
      const end = await run(
        ['train', config, begun ? '--resume' : '--output', output, ...argsOf(output)],
        output,
        moment,
      );
      // One that is killed after its last file was written is complete.
      done = !end.killed || isComplete(output);
      if (end.killed) kills += 1;
      if (end.killed && moment)
        reached.add(`${moment.at} ${/^(sft|rl|evaluation) /.exec(end.lines.at(-2) ?? '')?.[1]}`);
    }
    expect(recordsOf(join(output, 'metrics.jsonl'))).toEqual(recordsOf(join(whole, 'metrics.jsonl')));
    expect(filesOf(output)).toEqual(expected);
    expect(readFileSync(`${output}-rollouts.jsonl`)).toEqual(readFileSync(`${whole}-rollouts.jsonl`));
  }
  console.log(`killed at: ${[...reached].join(', ')}`);
}, 900_000);

it('a comparison, killed and started again until it ends, gives the table of one that was never killed', async () => {
  const random = stream(SEED, 'killed comparison');
  const sweep = write('sweep.json', {
    base: { ...tinyRun({}, { steps: 3, prompts: 4, responses: 2 }), sft: undefined },
    strategies: ['ppo', 'gppo'],
    seeds: [1, 2],
  });
  const whole = join(folder, 'whole-sweep');
  expect((await cliHere('compare', sweep, '--output', whole)).status).toBe(0);
  const output = join(folder, 'sweep');
  let milliseconds = 4000;
  for (let kills = 0, done = false; !done;) {
    const moment = kills < OF_COMPARISON ? momentOf(random, milliseconds, 6) : undefined;
    const end = await run(['compare', sweep, '--output', output], output, moment);
    done = !end.killed;
    kills += Number(end.killed);
    milliseconds = Math.max(milliseconds, end.milliseconds);
    if (!end.killed && kills < OF_COMPARISON) {
      // All runs were made before the moment came: from the beginning.
      rmSync(output, { recursive: true, force: true });
      done = false;
    }
  }
  expect(filesOf(output)).toEqual(filesOf(whole));
  for (const name of readdirSync(join(whole, 'runs')))
    expect(recordsOf(join(output, 'runs', name, 'metrics.jsonl'))).toEqual(
      recordsOf(join(whole, 'runs', name, 'metrics.jsonl')),
    );
}, 900_000);

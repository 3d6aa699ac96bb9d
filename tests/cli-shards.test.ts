/**
 * `compare --shard` and `--merge`: shards, killed at random moments and started again, merge into the files of an
 * undivided sweep. GPPO_KILL_SEED sets the moments; it is printed.
 */
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stream } from '../src/random.ts';
import { buildCli, type BuiltCli } from './support/built-cli.ts';
import { cliHere, withoutDriverWarnings } from './support/cli.ts';
import { tinyRun } from './support/tiny-run.ts';

const SEED = Number(process.env['GPPO_KILL_SEED'] ?? Date.now() % 1_000_000);
const KILLS = 2;
const BASE = { ...tinyRun({}, { steps: 2, prompts: 4, responses: 2 }), sft: undefined };
const SWEEP = { base: BASE, strategies: ['ppo', 'gppo'], seeds: [1, 2, 3] };

let folder: string;
let built: BuiltCli;
let sweep: string;
let whole: string;
beforeAll(async () => {
  console.log(`GPPO_KILL_SEED=${SEED}`);
  folder = mkdtempSync(join(tmpdir(), 'gppo-shards-'));
  built = await buildCli();
  sweep = write('sweep.json', SWEEP);
  whole = join(folder, 'whole');
  expect(await cliHere('compare', sweep, '--output', whole)).toMatchObject({ status: 0, stderr: '' });
});
afterAll(() => {
  built.remove();
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

/** All files but those with times, or the machine and the commit, in them. */
function filesOf(path: string): Record<string, string> {
  const files = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !['metrics.jsonl', 'run.json'].includes(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(files.sort().map((file) => [file.slice(path.length + 1), readFileSync(file, 'utf8')]));
}
const runsIn = (path: string) =>
  readdirSync(join(path, 'runs')).filter((run) => existsSync(join(path, 'runs', run, 'metrics.jsonl')));

/** @param lines printed lines after which it is killed; never when left out. @returns whether it was killed */
async function shard(number: string, output: string, lines = Infinity, ms = 0): Promise<boolean> {
  const child = built.start('compare', sweep, '--output', output, '--shard', number);
  let [text, errors] = ['', ''];
  let timer: NodeJS.Timeout | undefined;
  child.stdout?.on('data', (data: Buffer) => {
    text += data.toString();
    if (text.split('\n').length > lines) timer ??= setTimeout(() => child.kill('SIGKILL'), ms);
  });
  child.stderr?.on('data', (data: Buffer) => (errors += data.toString()));
  const signal = await new Promise((resolve) => child.on('close', (_, by) => resolve(by)));
  clearTimeout(timer);
  if (signal !== 'SIGKILL') expect(withoutDriverWarnings(errors)).toBe('');
  return signal === 'SIGKILL';
}

it('two shards, killed at random and started again, merge into the files of an undivided sweep', async () => {
  const random = stream(SEED, 'killed shards');
  const outputs = [join(folder, 'shard-1'), join(folder, 'shard-2')];
  await Promise.all(
    outputs.map(async (output, i) => {
      let kills = 0;
      // The first is in its first runs, so that at least one strikes.
      const moments = Array.from(
        { length: KILLS },
        (_, i) => [1 + random.integer(i === 0 ? 1 : 3), random.float() * (i === 0 ? 100 : 400)] as const,
      );
      for (const [lines, ms] of moments) kills += Number(await shard(`${i + 1}/2`, output, lines, ms));
      expect(kills).toBeGreaterThan(0);
      while (await shard(`${i + 1}/2`, output));
    }),
  );
  expect(outputs.map((output) => runsIn(output).length)).toEqual([3, 3]);
  const merged = join(folder, 'merged');
  expect(await cliHere('compare', '--merge', ...outputs, '--output', merged)).toMatchObject({ status: 0, stderr: '' });
  expect(Object.keys(filesOf(merged))).toEqual(expect.arrayContaining(['table.md', 'runs.csv', 'summary.json']));
  expect(filesOf(merged)).toEqual(filesOf(whole));
  // With a folder of complete runs there, the undivided command has nothing to do, and writes the same.
  expect((await cliHere('compare', sweep, '--output', merged)).stdout).not.toContain('run: ');
  expect(filesOf(merged)).toEqual(filesOf(whole));
});

it('merges shards of a sweep that tunes, which have whole arms', async () => {
  const tuned = write('tuned.json', {
    ...SWEEP,
    tune: { vary: { 'rl.learning_rate': [1e-3, 3e-3] }, seeds: [11] },
    seeds: [1],
  });
  const names = ['undivided', 'tuned-1', 'tuned-2'].map((name) => join(folder, name));
  const [undivided = '', one = '', two = ''] = names;
  expect((await cliHere('compare', tuned, '--output', undivided)).status).toBe(0);
  for (const [i, output] of [one, two].entries())
    expect(await cliHere('compare', tuned, '--output', output, '--shard', `${i + 1}/2`)).toMatchObject({
      status: 0,
      stderr: '',
    });
  expect(runsIn(one)).toHaveLength(3);
  expect(existsSync(join(one, 'table.md'))).toBe(false);
  const merged = join(folder, 'tuned-merged');
  expect(await cliHere('compare', '--merge', one, two, '--output', merged)).toMatchObject({ status: 0, stderr: '' });
  expect(filesOf(merged)).toEqual(filesOf(undivided));
});

it('takes the run of a worker on another machine over when that gives no sign of life', async () => {
  const output = join(folder, 'shared');
  cpSync(whole, output, { recursive: true });
  const run = join(output, 'runs', runsIn(output)[0] as string);
  const metrics = readFileSync(join(run, 'metrics.jsonl'));
  rmSync(join(run, 'metrics.jsonl'));
  writeFileSync(join(run, 'claim'), JSON.stringify({ place: 'another host', pid: 1, id: 'x' }));
  writeFileSync(join(run, 'metrics.jsonl.1-0123abcd.partial'), metrics.subarray(0, 100));
  const { status, stdout } = await cliHere('compare', sweep, '--output', output, '--dead-after', '1');
  expect(status).toBe(0);
  expect(stdout.match(/^run: /gm)).toHaveLength(1);
  expect(filesOf(output)).toEqual(filesOf(whole));
});

it('refuses, by name, shards of another sweep, results that differ, and runs that are missing', async () => {
  const merge = async (...folders: string[]) => {
    const { status, stderr } = await cliHere('compare', '--merge', ...folders, '--output', join(folder, 'refused'));
    expect(status).toBe(2);
    expect(existsSync(join(folder, 'refused'))).toBe(false);
    return stderr;
  };
  const copy = (name: string) => {
    const path = join(folder, name);
    cpSync(whole, path, { recursive: true });
    return path;
  };
  expect(await merge(join(folder, 'nowhere'))).toContain('nowhere/sweep.json');
  const other = copy('other');
  writeFileSync(join(other, 'sweep.json'), JSON.stringify({ ...SWEEP, seeds: [1, 2] }));
  expect(await merge(whole, other)).toMatch(
    /other: expected a shard of the same sweep as .*, found one with other seeds/,
  );
  const partly = copy('partly');
  rmSync(join(partly, 'runs', 'gppo-seed-2'), { recursive: true });
  expect(await merge(partly)).toMatch(/1 of 6 runs are in none of the folders: gppo-seed-2\. /);
  const differs = copy('differs');
  const metrics = join(differs, 'runs', 'ppo-seed-3', 'metrics.jsonl');
  const lines = readFileSync(metrics, 'utf8').split('\n');
  const changed = { ...(JSON.parse(lines[1] ?? '') as object), metrics: { 'actor/entropy': 1 } };
  writeFileSync(metrics, [lines[0], JSON.stringify(changed), ...lines.slice(2)].join('\n'));
  expect(await merge(whole, differs)).toMatch(
    /ppo-seed-3 and .*ppo-seed-3: expected equal .* in line 2 of metrics\.jsonl/,
  );
  writeFileSync(metrics, lines.slice(0, 2).join('\n'));
  expect(await merge(differs)).toMatch(
    /ppo-seed-3\/metrics\.jsonl: expected 2 steps of rl, found \d: the file is cut off/,
  );
  appendFileSync(metrics, '\n{"step": 3, "phase"');
  expect(await merge(differs)).toMatch(/metrics\.jsonl, line 3: not JSON/);
  const config = join(partly, 'runs', 'ppo-seed-1', 'config.json');
  writeFileSync(config, readFileSync(config, 'utf8').replace('"steps": 2', '"steps": 1'));
  cpSync(join(whole, 'runs', 'gppo-seed-2'), join(partly, 'runs', 'gppo-seed-2'), { recursive: true });
  expect(await merge(partly)).toMatch(/ppo-seed-1\/config\.json: expected the config that the sweep gives this run/);
  cpSync(join(whole, 'runs', 'gppo-seed-2'), join(other, 'runs', 'dapo-seed-2'), { recursive: true });
  writeFileSync(join(other, 'sweep.json'), readFileSync(join(whole, 'sweep.json')));
  expect(await merge(other)).toMatch(/dapo-seed-2: expected a run of the sweep of .*, found another/);
  expect((await cliHere('compare', '--merge', whole, '--shard', '1/2', '--output', 'x')).stderr).toMatch(
    /--merge makes no runs: expected no --shard/,
  );
});

/** `compare`: a sweep by one process, by several, and resumed after one of them was killed. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readFolder } from '../src/archive/sweep-folder.ts';
import { cli, cliHere, startCli } from './support/cli.ts';
import { tinyRun } from './support/tiny-run.ts';

let folder: string;
let alone: string;
let sweep: string;

/** Two arms tuned on two seeds, compared on two: 12 runs. */
const SWEEP = {
  base: { ...tinyRun(), sft: undefined, rl: { ...tinyRun().rl, steps: 2 } },
  strategies: ['ppo', 'gppo'],
  tune: { vary: { 'rl.learning_rate': [1e-3, 3e-3] }, seeds: [11, 12] },
  measure: 'area',
  seeds: [1, 2],
};
const RUNS = 12;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gppo-compare-'));
  sweep = join(folder, 'sweep.json');
  writeFileSync(sweep, JSON.stringify(SWEEP));
  alone = join(folder, 'alone');
  const { status, stdout, stderr } = await cliHere('compare', sweep, '--output', alone);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/11 runs left, (about \d+|less than 1) min/);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const textsOf = (output: string) =>
  ['summary.json', 'table.md', 'table.tex', 'table.csv', 'runs.csv', 'curves/accuracy-sampled.csv'].map((file) =>
    readFileSync(join(output, file), 'utf8'),
  );
const runsIn = (output: string) =>
  readdirSync(join(output, 'runs')).filter((run) => existsSync(join(output, 'runs', run, 'metrics.jsonl')));

it('tunes each arm, then compares them on fresh seeds', () => {
  expect(runsIn(alone)).toHaveLength(RUNS);
  const [, table = '', latex = ''] = textsOf(alone);
  expect(table.match(/\| chosen \|/g)).toHaveLength(2);
  expect(table).toMatch(/^Arms differ in: rl\.strategy\.name \(ppo, gppo\);/m);
  expect(table).toContain('difference to ppo in sampled accuracy, mean over the run, points');
  expect(latex).toMatch(/^\\begin\{tabular\}\{l(r+)\}$/m);
});

it('gives the same with two processes', async () => {
  const output = join(folder, 'shared');
  const { status, stderr } = await cli('compare', sweep, '--output', output, '--workers', '2');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(textsOf(output)).toEqual(textsOf(alone));
});

it('gives the same after a worker was killed with a run claimed', async () => {
  const output = join(folder, 'killed');
  const child = await startCli('compare', sweep, '--output', output);
  let seen = '';
  child.stdout.on('data', (data: Buffer) => {
    seen += data.toString();
    // Two runs have begun: one is complete, the other has been claimed.
    if (/^run: [^]*^run: /m.test(seen)) child.kill('SIGKILL');
  });
  await new Promise((resolve) => child.on('exit', resolve));
  expect(runsIn(output).length).toBeGreaterThan(0);
  expect(runsIn(output).length).toBeLessThan(RUNS);
  expect((await cliHere('compare', sweep, '--output', output)).status).toBe(0);
  expect(textsOf(output)).toEqual(textsOf(alone));
});

it('refuses a folder with another sweep, and names whose folders would be the same', async () => {
  const other = join(folder, 'other.json');
  writeFileSync(other, JSON.stringify({ ...SWEEP, seeds: [1, 2, 3] }));
  expect((await cliHere('compare', other, '--output', alone)).stderr).toMatch(/contains a different sweep than/);
  const labels = ['a b', 'a-b'].map((label) => ({ label, strategy: { name: 'ppo' } }));
  writeFileSync(other, JSON.stringify({ ...SWEEP, strategies: labels }));
  expect((await cliHere('compare', other, '--output', join(folder, 'x'))).stderr).toMatch(
    /"a-b" has the same folder as another label/,
  );
});

it('writes a folder that the page opens', async () => {
  const files = [join(alone, 'sweep.json'), ...runsIn(alone).flatMap(filesOf)];
  const read = await readFolder(
    files.map((path) => ({ path: path.slice(alone.length + 1), text: readFileSync(path, 'utf8') })),
    '',
    0,
  );
  expect(read.sweeps).toMatchObject([{ whole: true }]);
  expect(read.runs.filter(({ run }) => run.sweep)).toHaveLength(RUNS);
  for (const { run } of read.runs) expect(run.software?.host).toMatch(/^Node \d/);
});

const filesOf = (run: string) =>
  ['config.json', 'run.json', 'metrics.jsonl'].map((file) => join(alone, 'runs', run, file));

/** The Python of an exported recipe: it compiles, grades as the studio does, and its records are current. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { gradedTable } from '../../scripts/cluster/reward-table.ts';
import { makeRecords, type RecordedCase, type Records } from '../../scripts/cluster/records.ts';
import { PYTHON_FILES } from '../../src/cluster/python-files.ts';
import { STRATEGY_NAMES } from '../../src/run/strategies/strategy-config.ts';
import { exported, shippedConfig } from './support.ts';

const FOLDER = 'src/cluster/python';
const recorded = (name: string): unknown => JSON.parse(readFileSync(join(FOLDER, name), 'utf8'));
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A recipe written to a temporary folder. */
async function written(engine: 'verl' | 'trl', name: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'recipe-'));
  folders.push(folder);
  for (const [path, text] of (await exported(engine, shippedConfig(name))).files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

function python(folder: string, ...args: string[]) {
  const { status, stdout, stderr, error } = spawnSync('python3', args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  if (error) throw error;
  return { status, stdout, stderr };
}

describe('records', () => {
  it('are those of the reference of today', () => {
    const [kept, made] = [recorded('recorded.json') as Records, makeRecords()];
    expect(kept.batches).toEqual(made.batches);
    expect(kept.cases.map(labelOf)).toEqual(made.cases.map(labelOf));
    for (const [i, one] of made.cases.entries()) {
      const other = kept.cases[i] as RecordedCase;
      expect(other.loss, labelOf(one)).toBeCloseTo(one.loss, 6);
      for (const [row, values] of one.gradient.entries())
        for (const [t, value] of values.entries())
          expect(other.gradient[row]?.[t], `${labelOf(one)} ${row}.${t}`).toBeCloseTo(value, 6);
    }
  });

  it('have every strategy, with gradients that are not all 0', () => {
    const { cases } = recorded('recorded.json') as Records;
    for (const name of STRATEGY_NAMES) {
      const own = cases.filter(({ strategy }) => strategy === name);
      expect(own.length, name).toBeGreaterThanOrEqual(7);
      expect(own.filter(({ gradient }) => gradient.flat().some((value) => value !== 0)).length, name).toBeGreaterThan(
        5,
      );
    }
  });

  it('of rewards are what the graders of today give', async () => {
    expect(recorded('recorded_rewards.json')).toEqual(JSON.parse(JSON.stringify(await gradedTable())));
  });
});

const labelOf = ({ strategy, parameters, aggregation, batch, norm }: RecordedCase): string =>
  JSON.stringify([strategy, parameters, aggregation, batch, norm]);

describe('Python', () => {
  it.each(['verl', 'trl'] as const)(
    'of %s compiles, and grades every recorded response as the studio does',
    async (engine) => {
      const folder = await written(engine, 'demo-gppo');
      const names = Object.keys(PYTHON_FILES[engine]).filter((path) => path.endsWith('.py'));
      expect(names).toContain('check.py');
      const compiled = python(
        folder,
        '-c',
        `import ast, sys
for path in sys.argv[1:]:
    ast.parse(open(path, encoding="utf8").read(), path, feature_version=(3, 10))`,
        ...names,
      );
      expect(compiled.stderr).toBe('');
      const checked = python(folder, 'check.py', '--rewards-only');
      expect(checked.stdout).toMatch(/^rewards: \d{3,} recorded responses, 0 differ$/m);
      expect(checked.status).toBe(0);
    },
  );

  it('fails where a recorded grade differs', async () => {
    const folder = await written('trl', 'demo-gppo');
    const path = join(folder, 'recorded_rewards.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('["46",true,1,true]', '["46",true,0,true]'));
    const { status, stdout } = python(folder, 'check.py', '--rewards-only');
    expect(stdout).toContain('1 differ');
    expect(status).toBe(1);
  });

  it('scores rows of the exported data with the reward function of TRL', async () => {
    const folder = await written('trl', 'demo-gppo');
    const script = `import json, reward
rows = [json.loads(line) for line in open("data/train.jsonl", encoding="utf8")][:20]
correct = [row["answer"] for row in rows]
columns = {"answer": correct, "row": [row["row"] for row in rows], "end_tokens": {1}}
print(json.dumps([
    reward.reward(correct, completion_ids=[[5, 1]] * 20, **columns),
    reward.reward(correct, completion_ids=[[5, 5]] * 20, **columns),
    reward.reward([text + "0" for text in correct], completion_ids=[[5, 1]] * 20, **columns),
]))`;
    const { stdout, stderr } = python(folder, '-c', script);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual([Array(20).fill(1), Array(20).fill(0), Array(20).fill(0)]);
  });

  it('stops at a custom reward until it is written', async () => {
    const folder = await written('trl', 'demo-gppo');
    const script = `from gppo_studio import graders
task = {"name": "addition", "rewards": [{"name": "custom", "source": "function reward() {}"}]}
try:
    graders.grade(task, {}, "46", "46")
except NotImplementedError as error:
    print(error)`;
    expect(python(folder, '-c', script).stdout).toContain('which was not translated');
  });
});

describe('launch.sh', () => {
  it.each(['verl', 'trl'] as const)('of %s is accepted by the shell', async (engine) => {
    const folder = await written(engine, 'recipe-dapo');
    const { status, stderr } = spawnSync('bash', ['-n', 'launch.sh'], { cwd: folder, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('of verl chooses data and the reward key by the installed version, and sizes that divide an update', async () => {
    const folder = await written('verl', 'recipe-dapo');
    const launched = (version: string, env: Record<string, string> = {}) => launchWith(folder, version, env);
    const { lines } = launched('0.9.1');
    expect(lines).toContain(`reward.custom_reward_function.path=${folder}/reward.py`);
    expect(lines).toContain(`data.train_files=${folder}/data/train.jsonl`);
    // 2 prompts x 8 responses per update on 8 GPUs.
    expect(lines).toContain('actor_rollout_ref.actor.ppo_micro_batch_size_per_gpu=2');
    expect(lines.filter((line) => line.startsWith('custom_reward_function'))).toEqual([]);
    expect(launched('0.8.0').lines).toContain('custom_reward_function.name=compute_score');
    expect(launched('0.10.0.dev0').lines).toContain('reward.custom_reward_function.name=compute_score');
    expect(launched('0.9.1', { GPUS: '1' }).lines).toContain('actor_rollout_ref.actor.ppo_micro_batch_size_per_gpu=8');
    expect(launched('0.9.1', { GPUS: '5' })).toMatchObject({ status: 1, lines: [] });
    expect(launched('0.9.1', { GPUS: '5' }).stderr).toContain('to divide the 16 responses of an update, found 5');
    expect(launched('0.5.0')).toMatchObject({ status: 2, lines: [] });
    expect(launched('0.5.0').stderr).toContain('expected verl 0.6.1 or later, found 0.5.0');
  });
});

/** Runs launch.sh with a python3 that says which verl is installed and prints the overrides in place of training. */
function launchWith(folder: string, version: string, env: Record<string, string>) {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  const real = spawnSync('bash', ['-c', 'command -v python3'], { encoding: 'utf8' }).stdout.trim();
  const script = `#!/usr/bin/env bash
if [ "$1 $2" = "-m verl.trainer.main_ppo" ]; then shift 2; printf '%s\\n' "$@"; exit 0; fi
if [ "$1" = -c ]; then echo ${version}; exit 0; fi
exec ${real} "$@"
`;
  writeFileSync(join(bin, 'python3'), script, { mode: 0o755 });
  const { status, stdout, stderr } = spawnSync('bash', ['launch.sh'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...env, PATH: `${bin}:${process.env['PATH'] ?? ''}` },
  });
  return { status, stderr, lines: stdout.split('\n').filter(Boolean) };
}

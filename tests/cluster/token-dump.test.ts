/** The callback of an exported recipe: the rows that it writes are those that the studio reads. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { memoryFile } from '../../src/data/data-file.ts';
import { readDump } from '../../src/dumps/read-dump.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'token-dump-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

// Without the package's __init__, so that no torch is needed.
const python = (code: string, environment: Record<string, string> = {}) =>
  spawnSync('python3', ['-c', `import sys\nsys.path.insert(0, "src/cluster/python/gppo_studio")\n${code}`], {
    encoding: 'utf8',
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', ...environment },
  });

const WRITE = `
from token_dump import TokenDump
dump = TokenDump.from_environment(rank=3)
for step in range(4):
    if dump.wants(step):
        dump.write(
            step, mask=[[1, 1, 0], [0, 0, 0], [0, 1, 1]], minibatch=1, prompts=["a", "b", "c"],
            tokens=[[5, 6, 0], [0, 0, 0], [0, 7, 8]], rewards=[1, 0, 0.5],
            old_logprobs=[[-1, -2, 9], [9, 9, 9], [9, -0.123456789, -1]],
            logprobs=[[-1.5, -2, 9], [9, 9, 9], [9, -0.2, -1]], advantages=[0.5, 0, -1], entropies=None)
dump.close()
`;

it('writes every k-th step, without masked tokens and responses, as the studio reads them', async () => {
  const { status, stderr } = python(WRITE, { GPPO_STUDIO_DUMP: folder, GPPO_STUDIO_DUMP_EVERY: '2' });
  expect([status, stderr]).toEqual([0, '']);
  const text = readFileSync(join(folder, 'tokens-3.jsonl'), 'utf8');
  const { dump, faults } = await readDump(memoryFile('tokens-3.jsonl', text));
  expect(faults.count).toBe(0);
  expect([...dump.steps.keys()]).toEqual([0, 2]);
  const step = dump.steps.get(2);
  expect(Array.from(step?.first ?? [])).toEqual([0, 2, 4]);
  expect(Array.from(step?.codes ?? [])).toEqual([5, 6, 7, 8]);
  expect(Array.from(step?.advantages ?? [])).toEqual([0.5, 0.5, -1, -1]);
  expect(step?.oldLogprobs[2]).toBeCloseTo(-0.1234568, 7);
  expect(Array.from(step?.rewards ?? [])).toEqual([1, 0.5]);
  expect(Array.from(step?.minibatches ?? [])).toEqual([1, 1]);
});

it('is off without a folder, and names a column that it does not know', () => {
  expect(python('from token_dump import TokenDump\nprint(TokenDump.from_environment())').stdout).toBe('None\n');
  const wrong = `from token_dump import TokenDump\nTokenDump("${folder}").write(0, mask=[[1]], weights=[[1]])`;
  expect(python(wrong).stderr).toContain('expected columns old_logprobs, logprobs, advantages');
});

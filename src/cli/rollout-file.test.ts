import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { randomStep, ROLLOUT_TOKENIZER } from '../../tests/support/rollout-steps.ts';
import { tinyRun } from '../../tests/support/tiny-run.ts';
import { RolloutFile } from './rollout-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gppo-rollouts-'));
  path = join(folder, 'deep', 'rollouts.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

const session = { phase: 'rl' as 'rl' | 'sft' | undefined, step: 0, config: tinyRun(), tokenizer: ROLLOUT_TOKENIZER };

/** Writes steps as `train` makes them. */
async function write(from: number, to: number, every = 1): Promise<void> {
  const file = await RolloutFile.open({ path, every }, { ...session, step: from - 1 }, from > 1);
  for (let step = from; step <= to; step++) await file.add({ records: [], rl: randomStep(step, 3, 2, 4) });
  await file.close();
}
const lines = () => readFileSync(path, 'utf8').trimEnd().split('\n');
const steps = () => lines().map((line) => (JSON.parse(line) as { step: number }).step);

it('writes all responses of every k-th step, from the first', async () => {
  await write(1, 5, 2);
  expect(steps()).toEqual([1, 3, 5].flatMap((step) => new Array<number>(6).fill(step)));
});

it('asks for all token records before a step that it writes, and for none before others', async () => {
  const recorded = async (step: number) => {
    const file = await RolloutFile.open({ path, every: 3 }, { ...session, step }, false);
    await file.close();
    return file.recordTokens;
  };
  expect([await recorded(0), await recorded(1), await recorded(2), await recorded(3)]).toEqual([
    Infinity,
    0,
    0,
    Infinity,
  ]);
});

it('continues a resumed run after its completed steps, and leaves out what a killed process wrote later', async () => {
  await write(1, 4);
  const whole = readFileSync(path, 'utf8');
  await write(1, 3);
  appendFileSync(path, '{"schema":"gppo-studio/rollo');
  // The run resumes after step 2: step 3 is repeated.
  await write(3, 4);
  expect(readFileSync(path, 'utf8')).toBe(whole);
});

it('refuses to continue another file, by its line', async () => {
  await write(1, 1);
  writeFileSync(path, `${lines()[0]}\n{"step":1}\n`);
  await expect(write(2, 2)).rejects.toMatchObject({
    kind: 'input',
    message: expect.stringMatching(/line 2: expected/),
  });
});

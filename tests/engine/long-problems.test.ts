/**
 * Generated tasks whose longest problem does not fit the model's positions are refused before a run starts: without
 * their long problems they would be another task. Data sets leave such rows out, see model-task.test.ts.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import { planMemory } from '../../src/session/memory-plan.ts';
import { resolveRun } from '../../src/session/resolved-run.ts';
import { testGpu } from '../support/gpu.ts';
import { tinyRun } from '../support/tiny-run.ts';

let gpu: Gpu;
beforeAll(async () => (gpu = await testGpu()));
afterAll(() => gpu.destroy());

/** Positions of `99+99=` with `198` and its end token. */
const NEEDED = 6 + 4;

async function planned(positions: number, stages: Parameters<typeof tinyRun>[0], rl: Record<string, unknown> = {}) {
  const architecture = { hidden_size: 16, layers: 1, heads: 2, intermediate_size: 20, max_positions: positions };
  const task = { name: 'addition', digits: 2 } as const;
  const config = tinyRun({ model: { architecture }, task, ...stages }, rl);
  return planMemory(gpu, await resolveRun(config, undefined));
}

describe.each([
  ['RL', { sft: undefined, evaluation: undefined }, 'rl.max_response_tokens'],
  ['RL with evaluation', { sft: undefined }, 'rl.max_response_tokens'],
  ['SFT and RL', {}, 'model.architecture.max_positions'],
])('%s on a task that generates its problems', (_, stages, field) => {
  it('is accepted where the longest prompt and response fit exactly', async () => {
    await expect(planned(NEEDED, stages)).resolves.toHaveProperty('plan');
  });

  it('is refused at a field where they do not fit, even if most problems do', async () => {
    // The end token of a solution is only predicted in SFT.
    await expect(planned(NEEDED - 2, stages)).rejects.toMatchObject({ kind: 'input', field });
  });
});

it('shorter responses make room for prompts', async () => {
  const stages = { sft: undefined, evaluation: undefined };
  await expect(planned(NEEDED - 2, stages, { max_response_tokens: 2 })).resolves.toHaveProperty('plan');
  await expect(planned(NEEDED - 2, stages, { max_response_tokens: 3 })).rejects.toThrow(
    'Prompt and response together may take 9 tokens, the model has 8 positions.',
  );
});

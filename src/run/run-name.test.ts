import { expect, it } from 'vitest';
import { parseRunConfig, type RunConfigInput } from './config.ts';
import { defaultRunName, defaultSweepName, fileNameOf } from './run-name.ts';

const named = (change: Partial<RunConfigInput>) =>
  defaultRunName(
    parseRunConfig(
      {
        seed: 7,
        model: { checkpoint: 'embedded:addition-0.1M' },
        task: { name: 'addition' },
        rl: { steps: 1, strategy: { name: 'gppo' } },
        ...change,
      },
      'test',
    ),
  );

it('names a run after its strategy, task and seed', () => {
  expect(named({})).toBe('GPPO, addition, seed 7');
  expect(named({ rl: undefined, sft: { steps: 1 } })).toBe('SFT, addition, seed 7');
  expect(named({ sft: { steps: 1 }, seed: 0 })).toBe('SFT + GPPO, addition, seed 0');
  expect(named({ rl: undefined, evaluation: {} })).toBe('Evaluation, addition, seed 7');
  expect(named({ model: { checkpoint: 'hub:a/b@1', lora: {} }, task: { name: 'arithmetic' } })).toBe(
    'GPPO + LoRA, arithmetic, seed 7',
  );
  const custom = { name: 'custom', title: 'Half weight', source: 'fn', parameters: {} } as const;
  expect(named({ rl: { steps: 1, strategy: custom } })).toBe('Half weight, addition, seed 7');
});

it('names a comparison after its strategies', () => {
  const { task } = parseRunConfig(
    { model: { checkpoint: 'a' }, task: { name: 'addition' }, sft: { steps: 1 } },
    'test',
  );
  expect(defaultSweepName({ task }, [{ name: 'ppo' }, { name: 'gppo' }, { name: 'gppo', beta1: 0.5 }])).toBe(
    'PPO, GPPO, addition',
  );
  const five = (['ppo', 'gppo', 'cispo', 'gspo', 'sapo'] as const).map((name) => ({ name }));
  expect(defaultSweepName({ task }, five)).toBe('PPO, GPPO, CISPO and 2 more, addition');
});

it('makes a file name of a run name', () => {
  expect(fileNameOf('GPPO, addition, seed 7')).toBe('GPPO-addition-seed-7');
  expect(fileNameOf('../β 1/2')).toBe('β-1-2');
  expect(fileNameOf('...')).toBe('run');
  expect(fileNameOf('a'.repeat(300))).toHaveLength(120);
});

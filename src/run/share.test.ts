import { expect, it } from 'vitest';
import { shareHash, sharedRecipe } from './share.ts';
import { parseRunConfig, type RunConfig } from './config.ts';

const config = parseRunConfig(
  { model: { checkpoint: 'x' }, task: { name: 'addition' }, rl: { steps: 1, strategy: { name: 'ppo' }, tis_cap: 2 } },
  'run.json',
);

it('a recipe is read back unchanged from its link', () => {
  expect(sharedRecipe(shareHash(config))).toEqual(config);
});

it('a link made before fields were renamed still opens', () => {
  const { tis_cap: cap, ...rl } = config.rl!;
  const before = {
    ...config,
    rl: { ...rl, correction_cap: cap },
    compute: { products: 'f16' },
  } as unknown as RunConfig;
  expect(sharedRecipe(shareHash(before))).toEqual({ ...config, compute: { matmul_precision: 'f16' } });
});

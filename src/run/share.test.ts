import { expect, it } from 'vitest';
import { deflateSync, strToU8 } from 'fflate';
import { StudioError } from '../errors.ts';
import { SHARE_KEY } from './share-key.ts';
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

const linkOf = (text: string) =>
  `#${SHARE_KEY}${btoa(String.fromCharCode(...deflateSync(strToU8(text))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')}`;

it.each([
  ['one that is cut off', shareHash(config).slice(0, -9), /cannot be unpacked: it is damaged, or larger/],
  ['one that is not base64', `#${SHARE_KEY}%%%`, /cannot be unpacked/],
  ['one that unpacks to far more than its size', linkOf('x'.repeat(5_000_000)), /cannot be unpacked|not JSON/],
  ['one whose recipe is not JSON', linkOf('{"name"'), /^the link's recipe: not JSON: column 8: expected a colon/],
  ['one nested very deeply', linkOf('['.repeat(50_000)), /at most 200 levels/],
  ['one that names what objects inherit', linkOf('{"__proto__": {"seed": 1}}'), /^the link's recipe: /],
])('refuses a damaged link in words of its own: %s', (_, hash, message) => {
  expect(() => sharedRecipe(hash)).toThrow(StudioError);
  expect(() => sharedRecipe(hash)).toThrow(message);
});

import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { GENERATED_DOCS } from '../scripts/docs/generated.ts';

it.each(Object.entries(GENERATED_DOCS))('%s equals the output of its generator', (path, generate) => {
  const file = new URL(`../${path}`, import.meta.url);
  const written = existsSync(file) ? readFileSync(file, 'utf8') : '';
  expect(written === generate(), `${path} is out of date: run npm run docs`).toBe(true);
});

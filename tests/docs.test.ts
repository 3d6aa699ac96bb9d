import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DOCUMENTS } from '../scripts/docs/documents.ts';

it.each(Object.entries(DOCUMENTS))('%s is what `npm run docs` writes', (path, text) =>
  expect(readFileSync(path, 'utf8')).toBe(text()),
);

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { fieldsOf } from '../run/config/fields.ts';
import { RewardConfig } from './config.ts';

it('docs/rewards.md has every reward and every option', () => {
  const text = readFileSync('docs/rewards.md', 'utf8');
  const names = fieldsOf(RewardConfig).map(({ variant }) => variant);
  expect(new Set(names).size).toBe(9);
  for (const name of names) expect(text, `row of ${name}`).toContain(`| \`${name}\` |`);
  for (const { path } of fieldsOf(RewardConfig))
    if (path !== 'name') expect(text, path).toMatch(new RegExp(`\\b${path}\\b`));
});

it('fields of a list of rewards have texts', () => {
  expect(() => fieldsOf(z.object({}))).not.toThrow();
  for (const { label, description } of fieldsOf(RewardConfig)) expect([label, description]).not.toContain('');
});

import { expect, it } from 'vitest';
import { fieldTitle } from './field-title.ts';

it.each([
  ['rl.learning_rate', 'Learning rate'],
  ['sft.sources.1.amount', 'Source 2, Amount'],
  ['sft.sources.0.data.path', 'Source 1, Data file'],
  ['sft.sources.0.filter.0.column', 'Source 1, Filter'],
  ['sft.sources.3', 'Source 4'],
  ['task.rewards.0.pattern', 'Reward 1'],
  ['task.bands.1 carry', 'Difficulty bands, 1 carry'],
  ['', ''],
  ['no.such.field', 'no.such.field'],
])('names %j as %j', (path, title) => expect(fieldTitle(path)).toBe(title));

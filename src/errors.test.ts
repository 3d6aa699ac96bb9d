import { expect, it } from 'vitest';
import { inputError, StudioError } from './errors.ts';

it('shows control characters of quoted names as escapes, and keeps line breaks', () => {
  const error = inputError('a\u0000b.json', 'found \u0007 and \u202etxt\nin line 2');
  expect(error.message).toBe('a\\u0000b.json: found \\u0007 and \\u202etxt\nin line 2');
});

it('shortens long words and long messages, and keeps how a message ends', () => {
  expect(inputError('a.json', `found ${'x'.repeat(100_000)}, expected a name`).message).toMatch(
    /^a\.json: found x{200}… expected a name$/,
  );
  const long = inputError('a.json', `expected one of ${'name, '.repeat(5000)}found other`).message;
  expect(long.length).toBeLessThan(1200);
  expect(long).toMatch(/^a\.json: expected one of name, .* … .*found other$/);
});

it('leaves ordinary messages as they are', () => {
  const error = new StudioError('memory', 'Tab\tand line\nbreak, ünïcode 数学.', 'Free some.');
  expect([error.message, error.advice]).toEqual(['Tab\tand line\nbreak, ünïcode 数学.', 'Free some.']);
  expect(error.line).toBe('Tab\tand line break, ünïcode 数学. Free some.');
});

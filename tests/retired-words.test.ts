/** The lint rule that keeps retired wordings out of user-visible strings, as eslint.config.js sets it up. */
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';
import { RETIRED_WORDS } from '../scripts/lint/retired-words-list.js';

const eslint = new ESLint();

async function reported(text: string, path = 'src/ui/App.tsx'): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath: path });
  return (result?.messages ?? [])
    .filter(({ ruleId }) => ruleId === 'local/retired-words')
    .map(({ message }) => message);
}

describe('retired wordings', () => {
  it.each(RETIRED_WORDS.map(({ example, use }) => [example, use] as const))(
    '“%s” is reported with %s',
    async (example, use) => {
      const messages = await reported(`export const a = ${JSON.stringify({ label: example })};`);
      expect(messages.some((message) => message.includes(`use ${use}`))).toBe(true);
    },
  );

  it.each([
    ['JSX text', 'export const A = () => <p>Training goes\n      on.</p>;'],
    ['a template literal', 'export const a = (n: number) => `${n} nats a token`;'],
    ['an attribute that is read', 'export const A = () => <input aria-label="A rule for it" />;'],
    ['an argument', "throw new Error('The run broke off');"],
  ])('reports %s', async (_, text) => {
    expect(await reported(text)).toHaveLength(1);
  });

  it.each([
    ['plain wording', "export const a = 'Training continues. Reward per group, one line per step; it stands for r.';"],
    ['identifiers', 'export const goesOn = (rule: string) => rule.length;\nexport const broke_off = goesOn;'],
    ['comments', '/** A run at rest goes on. */\nexport const a = 1; // a line a step'],
    [
      'keys and single lower-case words',
      "export const a = { 'The rule': 1, kind: 'rule' };\nexport const b = a['The rule'];",
    ],
    ['module paths', "import a from './The rule/band.ts';\nexport const b = a;"],
    ['types', "export type A = 'The rule';"],
    ['technical attributes', 'export const A = () => <i className="the band" data-testid="the rule" />;'],
    ['a verb before a unit', "export const a = 'Sample a response';"],
  ])('does not report %s', async (_, text) => {
    expect(await reported(text)).toEqual([]);
  });

  it('checks the folders named in the configuration, but not their tests', async () => {
    const text = "export const a = 'Training goes on';";
    expect(await reported(text, 'src/advice/advice.ts')).toHaveLength(1);
    expect(await reported(text, 'src/advice/advice.test.ts')).toEqual([]);
    expect(await reported(text, 'tests/cli.test.ts')).toEqual([]);
  });
});

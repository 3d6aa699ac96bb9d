/** Rewards in JavaScript on the page: the interpreter's WebAssembly loads under the page's policy, in the worker. */
import { expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { parseRunConfig } from '../src/run/config.ts';
import { shareHash } from '../src/run/share.ts';

const demo = JSON.parse(readFileSync('configs/demo-gppo.json', 'utf8')) as { task: object; rl: object };

/** Address of a small run whose responses a source grades. */
function address(source: string): string {
  const config = {
    ...demo,
    task: { ...demo.task, rewards: [{ name: 'exact' }, { name: 'custom', weight: 0.5, source, max_errors: 1 }] },
    rl: { ...demo.rl, steps: 1, prompts: 8, responses: 4, minibatches: 1 },
    evaluation: { every: 1, problems: 8 },
  };
  return `/${shareHash(parseRunConfig(config, 'demo'))}`;
}

test('a reward in JavaScript grades a run, and ends it with line and response when it fails', async ({ page }) => {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await page.goto(address('function reward(response, row) { return response.length / row.answer.length }'));
  await page.getByTestId('run-button').click();
  await expect(page.getByTestId('state')).toHaveText('finished');
  expect(problems).toEqual([]);

  await page.goto('about:blank');
  await page.goto(address('function reward(response, row) {\n  return row.missing.length;\n}'));
  await page.getByTestId('run-button').click();
  await expect(page.getByText(/reward custom: line 2: TypeError: .* on the response "/).first()).toBeVisible();
});

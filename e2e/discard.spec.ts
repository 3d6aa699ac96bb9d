/** A trained policy that is too large to be kept: a new run asks before it discards it. */
import { expect } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { KEPT_RECIPE } from '../src/store/kept-recipe.ts';
import { bytes } from '../src/ui/format.ts';
import { MAX_KEPT_POLICY_BYTES } from '../src/views/run-view.ts';
import { checkDialog, press } from './dialogs.ts';
import { test } from './returning.ts';

/** 17 million weights. */
const LARGE = { hidden_size: 512, layers: 5, heads: 8, intermediate_size: 1536, max_positions: 32, tied_head: true };

test(
  'a policy that is too large to be kept is discarded only if the user says so',
  { tag: '@long' },
  async ({ page }) => {
    const { rl, ...demo } = JSON.parse(readFileSync('configs/gppo-four-updates.json', 'utf8')) as { rl: object };
    const steps = { steps: 1, prompts: 2, responses: 2, minibatches: 1, max_response_tokens: 4 };
    const recipe = {
      ...demo,
      name: 'large',
      model: { architecture: LARGE },
      rl: { ...rl, ...steps },
      evaluation: undefined,
    };
    await page.addInitScript(
      ([key, kept]) => {
        localStorage.setItem(key, kept);
        // A policy whose states are kept is not lost.
        localStorage.setItem('gppo-studio-states', JSON.stringify({ state: { every: 0 }, version: 0 }));
      },
      [KEPT_RECIPE, JSON.stringify({ config: recipe })] as const,
    );
    await page.goto('/');
    const train = page.getByTestId('run-button');
    await expect(train).toBeEnabled();
    await train.click();
    await expect(page.getByTestId('state')).toHaveText('finished');
    await checkDialog(page, 'The trained policy of large would be lost', () => press(page, train), train);
    await expect(page.getByTestId('state')).toHaveText('finished');

    await press(page, train);
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText(`Policies of up to ${bytes(MAX_KEPT_POLICY_BYTES)} stay in the list of models`);
    await dialog.getByRole('button', { name: 'Discard and start' }).click();
    await expect(dialog).toHaveCount(0);
    await expect(page.getByTestId('state')).not.toHaveText('finished');
    await expect(page.getByTestId('state')).toHaveText('finished');
  },
);

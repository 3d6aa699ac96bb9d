/** A race: strategies that advance in turn, paused, resumed, shown in full screen, stored, and repeated as a sweep. */
import { expect } from '@playwright/test';
import { faults } from './layout.ts';
import { test } from './returning.ts';
import { expectAccessible, go, openSmall } from './studio.ts';

const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
];

test('races two strategies step by step, in full screen, into stored runs and a sweep over other seeds', async ({
  page,
}) => {
  await openSmall(page, 3);
  await go(page, 'Compare');
  await page.getByRole('button', { name: 'Race on one seed' }).click();
  await expect(page).toHaveURL(/#\/compare\/race$/);
  await expect(page.getByRole('main')).toContainText('Which strategy collapses first?');
  await page.getByLabel('Recipe of the race').selectOption('recipe');
  await page.getByRole('button', { name: /^Remove Clip-Higher/ }).click();
  const steps = page.getByLabel('Steps', { exact: true });
  await expect(steps).toHaveValue('3');
  await steps.fill('0');
  await expect(page.getByTestId('race-start')).toHaveAttribute('aria-disabled', 'true');
  await steps.fill('2');
  await expectAccessible(page);

  // One step of every strategy.
  const state = page.getByTestId('race-state');
  await page.getByTestId('race-step').click();
  await expect(state).toHaveText('paused');
  await expect(page.getByTestId('race-level')).toHaveText('1');
  const lanes = page.getByTestId('lane');
  await expect(lanes).toHaveCount(2);
  await expect(lanes.first()).toContainText('PPO');
  await expect(lanes.last()).toContainText('GPPO');
  for (const lane of await lanes.all()) await expect(lane).toContainText(/step 1/);
  // Both are asked the same, and so is each further prompt.
  const prompt = page.getByTestId('race-prompt');
  for (const choice of ['0', '1']) {
    await prompt.selectOption(choice);
    const asked = (await prompt.locator(`option[value="${choice}"]`).textContent())?.replace(/^\d+: /, '') ?? '';
    for (const column of await page.getByTestId('race-column').all()) {
      await expect(column.getByTestId('rollout')).toHaveCount(2);
      await expect(column.locator('.prompt').first()).toHaveText(asked);
    }
  }
  await expect(page.getByTestId('race-verdict')).toContainText('No strategy has collapsed so far.');
  await expectAccessible(page);
  for (const size of SIZES) {
    await page.setViewportSize(size);
    await expect.poll(() => faults(page), { message: `${size.width} wide`, timeout: 20_000 }).toEqual([]);
  }
  await page.setViewportSize({ width: 1440, height: 900 });

  // In presenter mode: two charts, then the responses side by side.
  await page.getByTestId('present-race').click();
  const presenter = page.getByTestId('presenter');
  await expect(presenter.getByRole('heading', { name: 'Race: PPO, GPPO' })).toBeFocused();
  await expect(presenter.getByTestId('presenter-step')).toHaveText('step 1 of 2');
  await expect(presenter.getByTestId('presented-critic/score/mean')).toContainText(/PPO [\d.]+\s*GPPO [\d.]+/);
  await presenter.getByLabel('Second chart').selectOption('responses');
  await expect(presenter.getByTestId('race-column')).toHaveCount(2);
  await expect(presenter.getByTestId('presenter-main')).toHaveText('Resume');
  await presenter.getByTestId('presenter-reset').click();
  await expect(presenter.getByText('End the race?')).toBeVisible();
  await presenter.getByRole('button', { name: 'Cancel' }).click();
  await expectAccessible(page, ['light']);
  await page.keyboard.press('Shift+P');
  await expect(presenter).toHaveCount(0);

  // In full screen, to its end.
  await page.getByRole('button', { name: 'Full screen', exact: true }).click();
  const large = page.getByTestId('race-presentation');
  await expect(large.getByTestId('lane')).toHaveCount(2);
  await expectAccessible(page, ['light']);
  await large.getByTestId('race-start').click();
  await expect(state).toHaveText('finished');
  await page.getByRole('button', { name: 'Close full screen' }).click();
  await expect(large).toHaveCount(0);
  await expect(page.getByTestId('race-verdict')).toContainText('No strategy collapsed.');
  await expect(page.getByTestId('race-verdict')).toContainText('proves nothing');
  const reward = page.getByTestId('chart-race-rl/critic/score/mean');
  await expect(reward.locator('.line-main path.recharts-line-curve')).toHaveCount(2);

  // The same strategies on the same recipe, over seeds.
  await page.getByRole('button', { name: 'Repeat over 5 other seeds' }).click();
  await expect(page.getByTestId('given-sweep')).toContainText(/Seeds\d+(, \d+){4}/);
  await expect(page.getByTestId('start-sweep')).toHaveText('Start 10 runs');

  // A run with its records, as any other.
  await go(page, 'Runs');
  await expect(page.getByTestId('run-row')).toHaveCount(2);
  for (const label of ['PPO', 'GPPO'])
    await expect(page.getByTestId('run-row').filter({ hasText: `${label}, race, addition` })).not.toHaveCount(0);
  // The page remembers that the race was left for the sweep; the way back is a link.
  await page.goBack();
  await page.goBack();
  await expect(page).toHaveURL(/#\/compare\/race$/);
  await expect(lanes).toHaveCount(2);
});

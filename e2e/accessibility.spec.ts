/**
 * Accessibility of states that no other spec passes through, in both colour schemes; a whole run with the keyboard
 * alone; reduced motion; colours that stay in forced-colors mode. docs/accessibility.md lists all states and specs.
 */
import { expect, type Locator, type Page } from '@playwright/test';
import { PLACES, type Place } from '../src/store/page-store.ts';
import { test } from './returning.ts';
import { expectAccessible, openList, openSmall, saved, stepsMade } from './studio.ts';

const open = async (page: Page, place: Place): Promise<void> => {
  await page.evaluate((hash) => (location.hash = hash), place === 'train' ? '' : `#/${place}`);
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  await expect(page.getByRole('main')).toBeVisible();
};

test('every page is accessible before the first run', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByTestId('run-button')).toBeEnabled();
  for (const place of PLACES) {
    await open(page, place);
    await test.step(place, () => expectAccessible(page));
  }
});

/**
 * Presses Tab until a control has the focus, unless it has it; what has the focus on the way is never hidden by
 * something else.
 */
async function tabTo(page: Page, control: Locator, key = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 300; presses++) {
    if (await control.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
    const covered = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return '';
      const { left, top, width, height } = element.getBoundingClientRect();
      // Inputs of switches and choices are invisible: their labels are drawn.
      if (width < 4 || height < 4 || getComputedStyle(element).opacity === '0') return '';
      const points = [0.1, 0.5, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map((y) => [left + x * width, top + y * height]));
      const seen = points.some(([x = 0, y = 0]) => {
        const found = document.elementFromPoint(x, y);
        return found !== null && (element.contains(found) || found.contains(element));
      });
      return seen ? '' : element.outerHTML.slice(0, 160);
    });
    expect(covered, 'hidden while it has the focus').toBe('');
  }
  throw new Error('Tab does not reach the control');
}

test('a run is trained, paused, resumed and exported with the keyboard alone', async ({ page }) => {
  await openSmall(page, 5000);
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    scrollTo(0, 0);
  });
  await page.locator('body').focus();
  await tabTo(page, page.getByTestId('run-button'));
  await page.keyboard.press('Enter');
  await expect.poll(() => stepsMade(page)).toBeGreaterThanOrEqual(1);
  // The tooltip of the button that has the focus would stay.
  const blur = () => page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await blur();
  await expectAccessible(page);

  await tabTo(page, page.getByTestId('pause-button'));
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('state')).toHaveText('paused');
  const made = await stepsMade(page);
  await tabTo(page, page.getByTestId('run-button'), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect.poll(() => stepsMade(page)).toBeGreaterThan(made);
  await expect(page.getByTestId('state')).toHaveText('running');
  // Shortcuts do what the buttons do.
  await blur();
  await page.keyboard.press('Space');
  await expect(page.getByTestId('state')).toHaveText('paused');
  await expectAccessible(page);
  const summary = /^\d lines?, step \d+ to \d+\. reward: from .* to .*, lowest .*, highest /;
  await expect(page.getByTestId('chart-reward').getByRole('img', { name: summary })).toBeAttached();

  await tabTo(page, page.getByRole('button', { name: 'Export metrics.jsonl' }));
  const { name, data } = await saved(page, () => page.keyboard.press('Enter'));
  expect(name).toMatch(/metrics\.jsonl$/);
  const steps = data
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { phase: string; step: number })
    .filter(({ phase }) => phase === 'rl');
  expect(steps.length).toBe(await stepsMade(page));
});

test('nothing moves for people who asked for less motion', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto('/');
  await expect(page.getByTestId('run-button')).toBeEnabled();
  const moving = () =>
    page.evaluate(() =>
      document
        .getAnimations()
        .filter(({ effect }) => Number(effect?.getComputedTiming().duration ?? 0) > 1)
        .map(({ effect }) => (effect as KeyframeEffect | null)?.target?.outerHTML.slice(0, 120) ?? 'something'),
    );
  // A menu of the kit, which fades in otherwise.
  await openList(page, 'Compare with');
  expect(await moving()).toEqual([]);
  await page.keyboard.press('Escape');
  for (const place of PLACES) {
    await open(page, place);
    expect(await moving(), place).toEqual([]);
  }
});

test('meanings stay visible in forced colours', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await page.goto('/#/learn');
  await expect(page.getByRole('main')).toBeVisible();
  const kept = await page.evaluate(() => {
    const legend = document.createElement('ul');
    legend.className = 'legend';
    legend.innerHTML = '<li><i style="background: rgb(1, 2, 3)"></i></li>';
    document.body.append(legend);
    const color = getComputedStyle(legend.querySelector('i') as Element).backgroundColor;
    legend.remove();
    return { color, forced: matchMedia('(forced-colors: active)').matches };
  });
  expect(kept).toEqual({ color: 'rgb(1, 2, 3)', forced: true });
});

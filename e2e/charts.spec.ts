import { expect, type Page } from '@playwright/test';
import { fileNameOf } from '../src/ui/charts/file-name.ts';
import { test } from './returning.ts';
import { choose, expectAccessible, exportChart, openSmall, saved, wholeRun } from './studio.ts';

const reward = (page: Page) => page.getByTestId('chart-reward');
const path = (page: Page, line: 'main' | 'raw' | 'stored', chart = 'entropy') =>
  page.getByTestId(`chart-${chart}`).locator(`.line-${line} path.recharts-line-curve`).first();

async function train(page: Page): Promise<void> {
  await page.getByTestId('run-button').click();
  await expect(page.getByTestId('state')).toHaveText('finished');
}

/** Drags from one share of a chart's width to another. */
async function drag(page: Page, chart: string, from: number, to: number): Promise<void> {
  const surface = page.getByTestId(`chart-${chart}`).locator('.recharts-surface').first();
  await surface.scrollIntoViewIfNeeded();
  const box = await surface.boundingBox();
  if (!box) throw new Error('the chart is not drawn');
  const at = (share: number): [number, number] => [box.x + share * box.width, box.y + box.height / 2];
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at((from + to) / 2));
  await page.mouse.move(...at(to));
  await page.mouse.up();
}

test('charts are smoothed, zoomed, exported, shown in full screen and compared with a stored run', async ({ page }) => {
  await openSmall(page, 6);
  await train(page);
  await expect(page.getByTestId('shown-run')).toContainText(/· GPPO.*, seed \d/);
  const name = await page.getByTestId('shown-run').locator('b').innerText();
  const file = fileNameOf(name);

  // Smoothing: the values stay, faintly, behind their average.
  // Charts are drawn in turn: this one has the last step once it has six points.
  await expect(path(page, 'main')).toHaveAttribute('d', /^M[^L]*(L[^L]*){5}$/);
  const values = await path(page, 'main').getAttribute('d');
  await expect(path(page, 'raw')).toHaveCount(0);
  await page.getByRole('slider', { name: 'Smoothing' }).focus();
  await page.keyboard.press('End');
  await expect(path(page, 'raw')).toHaveAttribute('d', values ?? '');
  expect(await path(page, 'main').getAttribute('d')).not.toBe(values);
  await page.keyboard.press('Home');
  await expect(path(page, 'raw')).toHaveCount(0);

  // Logarithmic axis, remembered.
  const entropy = page.getByTestId('chart-entropy');
  await page.getByRole('button', { name: 'Tools: Entropy', exact: true }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Logarithmic axis' }).click();
  await expect.poll(() => path(page, 'main').getAttribute('d')).not.toBe(values);
  await expect(entropy.locator('.recharts-yAxis-tick-labels')).toContainText(/^0\.[1-9]/);

  // Zoom: drag, then reset by button; drag, then reset by double click.
  const ticks = () => reward(page).locator('.recharts-xAxis-tick-labels').textContent();
  const all = await ticks();
  await drag(page, 'reward', 0.45, 0.8);
  await expect.poll(ticks).not.toBe(all);
  await page.getByRole('button', { name: 'Reset zoom: Reward' }).click();
  await expect.poll(ticks).toBe(all);
  await drag(page, 'reward', 0.45, 0.8);
  await expect.poll(ticks).not.toBe(all);
  await reward(page).locator('.recharts-surface').first().dblclick();
  await expect.poll(ticks).toBe(all);

  // Full screen, by the keyboard; the range of steps as numbers.
  await page.getByRole('button', { name: 'Full screen: Reward' }).focus();
  await page.keyboard.press('Enter');
  const full = page.getByTestId('full-chart');
  await expect(full.locator('.recharts-surface').first()).toBeVisible();
  await full.getByLabel('From step').fill('3');
  await expect(full.locator('.recharts-xAxis-tick-labels')).toContainText(/^3/);
  await expectAccessible(page);
  const csv = await saved(page, () => full.getByRole('button', { name: 'Export CSV' }).click());
  expect(csv.name).toBe(`${file}-Reward.csv`);
  const [head, ...lines] = csv.data.toString().trimEnd().split('\n');
  expect(head).toBe('step,reward,greedy accuracy,sampled accuracy');
  expect(lines.map((line) => line.split(',')[0])).toEqual(['3', '4', '5', '6']);
  await full.getByRole('button', { name: 'Reset zoom' }).click();
  await page.keyboard.press('Escape');
  await expect(full).toHaveCount(0);

  const svg = await saved(page, () => exportChart(page, 'Entropy', 'SVG'));
  expect(svg.name).toBe(`${file}-Entropy.svg`);
  expect(svg.data.toString()).toContain(`${name}, GPPO`);
  // Lines stay apart without their colours: by dashes and marks, as on the page.
  const drawn = (await saved(page, () => exportChart(page, 'Reward', 'SVG'))).data.toString();
  expect(drawn.match(/<polyline/g)).toHaveLength(3);
  expect(drawn).toMatch(/<polyline[^>]*stroke-dasharray="4 3"/);
  expect(drawn).toMatch(/<circle[^>]*fill="#ffffff"/);
  await expect(reward(page).locator('path.line-marks')).toHaveCount(2);
  const png = await saved(page, () => exportChart(page, 'Entropy', 'PNG'));
  expect(png.data.subarray(1, 4).toString()).toBe('PNG');

  // The other cards have the tools that make sense for them, and name the run.
  const mass = await saved(page, () => exportChart(page, 'Gradient mass by zone', 'CSV'));
  expect(mass.name).toBe(`${file}-Gradient-mass-by-zone.csv`);
  expect(mass.data.toString().trimEnd().split('\n')).toHaveLength(7);
  await drag(page, 'mass-share', 0.4, 0.8);
  await page.getByRole('button', { name: 'Reset zoom: Gradient mass by zone' }).click();
  const areas = await saved(page, () => exportChart(page, 'Gradient mass by zone', 'SVG'));
  expect(areas.data.toString()).toContain(`${name}, GPPO`);

  const tokens = page.getByTestId('chart-tokens');
  const tokenRows = async () =>
    (await saved(page, () => exportChart(page, 'Tokens of the rollout', 'CSV'))).data.toString().trimEnd().split('\n');
  const every = await tokenRows();
  expect(every[0]).toBe('log_ratio,ratio,probability_when_sampled,zone,advantage,gradient_weight');
  // The menu of exports closes over the plot, and may take the pointer once more.
  await expect(async () => {
    await tokens.locator('canvas').scrollIntoViewIfNeeded();
    const plot = await tokens.locator('canvas').boundingBox();
    if (!plot) throw new Error('the tokens are not drawn');
    await page.mouse.move(plot.x + 0.56 * plot.width, plot.y + 20);
    await page.mouse.down();
    await page.mouse.move(plot.x + 0.9 * plot.width, plot.y + 40, { steps: 3 });
    await page.mouse.up();
    await expect(page.getByRole('button', { name: 'Reset zoom: Tokens of the rollout' })).toBeVisible({
      timeout: 2000,
    });
  }).toPass();
  const above = (await tokenRows()).slice(1).map((line) => Number(line.split(',')[1]));
  expect(above.length).toBeLessThan(every.length - 1);
  for (const ratio of above) expect(ratio).toBeGreaterThan(1);
  await page.getByRole('button', { name: 'Full screen: Tokens of the rollout' }).click();
  await full.getByLabel('From ratio').fill('1.1');
  await full.getByRole('switch', { name: 'Logarithmic axis' }).press('Space');
  await expectAccessible(page, ['light']);
  const picture = await saved(page, () => full.getByRole('button', { name: 'Export SVG' }).click());
  expect(picture.data.toString()).toMatch(new RegExp(`${name}, GPPO.*, step 6<.*probability when sampled<`, 's'));
  await full.getByRole('button', { name: 'Reset zoom' }).click();
  await full.getByRole('switch', { name: 'Logarithmic axis' }).press('Space');
  await page.keyboard.press('Escape');
  await expect(full).toHaveCount(0);
  expect(await tokenRows()).toEqual(every);

  // A second run in front of the first one, which had more steps and another seed.
  await choose(page, 'Compare with', 'last run');
  await page.locator('#field-seed').fill('8');
  await wholeRun(page, 2);
  await expect(path(page, 'stored')).toBeAttached();
  const legend = page.getByTestId('stored-run-legend');
  await expect(legend.getByRole('listitem')).toHaveText([/· GPPO$/, /· GPPO, stored run$/]);
  await expect(legend.getByRole('listitem').nth(1)).toContainText(name);
  await expect(legend).toContainText(/seed: 8 \(stored run: \d+\)/);
  await expect(legend).toContainText('rl.steps: 2 (stored run: 6)');
  await expect(reward(page).locator('.recharts-xAxis-tick-labels')).toContainText(/6$/);

  // All of it is remembered.
  await page.reload();
  await expect(page.getByRole('combobox', { name: 'Compare with' })).toHaveValue('last run');
  await expect(path(page, 'stored')).toBeAttached();

  // On a phone, titles and figures wrap instead of overlapping, and nothing leaves its card.
  await page.setViewportSize({ width: 390, height: 844 });
  await expect
    .poll(() =>
      page
        .locator('.card')
        .evaluateAll((cards) =>
          cards
            .filter((card) => card.scrollWidth > card.clientWidth || card.getBoundingClientRect().right > innerWidth)
            .map((card) => card.getAttribute('aria-label')),
        ),
    )
    .toEqual([]);
});

/** The report of a run: from training to a stored report, which survives a reload, an export and an import. */
import { expect, type Page } from '@playwright/test';
import { strFromU8, unzipSync } from 'fflate';
import { RunReport } from '../src/report/run-report.ts';
import { faults } from './layout.ts';
import { test } from './returning.ts';
import { expectAccessible, expectFitsNarrow, exportChart, saved, showAllFields } from './studio.ts';

/** Random weights through SFT and RL, small enough for the software adapter. */
const CONFIG = {
  name: 'small report',
  seed: 3,
  model: {
    architecture: { hidden_size: 32, layers: 1, heads: 2, intermediate_size: 64, max_positions: 24, tied_head: true },
  },
  task: { name: 'arithmetic', operations: 2, max_operand: 4 },
  sft: { steps: 150, batch_size: 32, learning_rate: 0.01 },
  rl: { steps: 2, prompts: 4, responses: 4, minibatches: 1, strategy: { name: 'gppo' } },
  report: { problems: 24, samples: 4 },
};

const report = (page: Page) => page.getByTestId('run-report');
const rows = (page: Page) => page.getByTestId('run-row');

async function exported(page: Page): Promise<RunReport> {
  const { name, data } = await saved(page, () => page.getByRole('button', { name: 'Export report.json' }).click());
  expect(name).toBe('small-report-report.json');
  return RunReport.parse(JSON.parse(data.toString('utf8')));
}

/** The page shows the numbers of a report. */
async function expectShown(page: Page, { stages, changes, examples }: RunReport): Promise<void> {
  const percent = (value: number | null) => `${(100 * (value ?? NaN)).toFixed(1)} %`;
  const cells = (statistic: string) => report(page).locator(`tr[data-statistic="${statistic}"] td b`);
  await expect(cells('greedy')).toHaveText(stages.map(({ evaluation }) => percent(evaluation.greedy)));
  await expect(cells('avg@4')).toHaveText(stages.map(({ evaluation }) => percent(evaluation['avg@k'])));
  await expect(cells('pass@4')).toHaveText(stages.map(({ evaluation }) => percent(evaluation['pass@k']['4'] ?? NaN)));
  const { gained, lost } = changes[0]?.greedy ?? { gained: NaN, lost: NaN };
  await expect(report(page).getByTestId('report-accuracy')).toContainText(
    `${gained} ${gained === 1 ? 'problem' : 'problems'} turned correct, ${lost} turned incorrect`,
  );
  const unfinished = report(page)
    .getByTestId('chart-report-mistakes')
    .locator('.report-bar-row')
    .filter({ hasText: 'unfinished' });
  await expect(unfinished.locator('dd')).toContainText(
    stages.map(({ mistakes }) => percent(mistakes.sampled['unfinished']?.share ?? NaN)),
  );
  // Of the newest change with any.
  const turned = examples.filter(({ to }) => to === examples.at(-1)?.to);
  await expect(report(page).locator('.report-example')).toHaveCount(turned.length);
}

test('one recipe takes a random model through SFT and RL to a report, which is stored with its run', async ({
  page,
}) => {
  await page.goto('/');
  await expect(page.getByTestId('run-button')).toBeEnabled();
  await page
    .locator('input[type="file"][accept="application/json,.json"]')
    .first()
    .setInputFiles({ name: 'small.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(CONFIG)) });
  await showAllFields(page);
  await expect(page.locator('#field-sft-steps')).toHaveValue('150');
  await expect(page.getByRole('switch', { name: 'Report' })).toBeChecked();
  await expect(page.locator('#field-report-problems')).toHaveValue('24');
  await page.getByTestId('run-button').click();
  await expect(page.getByTestId('state')).toHaveText('finished');
  await expect(page.getByTestId('report-note')).toContainText('The report of this run is ready.');
  await page.getByRole('button', { name: 'Open report' }).click();

  await expect(report(page)).toBeVisible();
  const first = await exported(page);
  expect(first.stages.map(({ stage, step }) => [stage, step])).toEqual([
    ['start', 0],
    ['sft', 150],
    ['rl', 152],
  ]);
  // 150 steps teach some of these sums, so that problems turned.
  expect(first.changes[0]?.greedy.gained).toBeGreaterThan(0);
  await expectShown(page, first);
  const { data: text } = await saved(page, () => page.getByRole('button', { name: 'Export report.md' }).click());
  expect(text.toString('utf8')).toContain('# Report of small report\n');
  await expect(page.getByTestId('chart-report-pass').locator('path.recharts-line-curve')).toHaveCount(3);
  const pass = await saved(page, () => exportChart(page, 'pass@k', 'CSV'));
  expect(pass.data.toString('utf8').split('\n')[0]).toBe('k,Before training,After SFT,After RL');
  const bars = await saved(page, () => exportChart(page, 'Kinds of mistakes', 'CSV'));
  expect(bars.data.toString('utf8')).toContain('unfinished,start,');
  const picture = await saved(page, () => exportChart(page, 'By difficulty', 'SVG'));
  expect(picture.data.toString('utf8')).toMatch(/^<svg .*After SFT.*<\/svg>\s*$/s);
  await page.getByRole('radiogroup', { name: 'Responses' }).getByText('Greedy').click();
  await expect(page.getByTestId('chart-report-difficulty')).toContainText('greedy accuracy');
  // A notice that fades has less contrast.
  await expect(page.locator('.mantine-Notification-root')).toHaveCount(0);
  await expectAccessible(page);

  // It survives a reload, and is beside the curves of its run.
  await page.reload();
  await expect(rows(page)).toHaveCount(1);
  await rows(page).first().getByRole('button', { name: 'small report', exact: true }).click();
  await page.getByRole('radiogroup', { name: 'Show' }).getByText('Report').click();
  await expectShown(page, first);
  expect(await exported(page)).toEqual(first);

  // And an export and import of its run.
  const zip = await saved(page, async () => {
    await page.getByRole('button', { name: 'Actions for small report' }).click();
    await page.getByRole('menuitem', { name: 'Export as zip' }).click();
  });
  const files = unzipSync(new Uint8Array(zip.data));
  expect(Object.keys(files)).toEqual(expect.arrayContaining(['small-report/report.json', 'small-report/report.md']));
  expect(JSON.parse(strFromU8(files['small-report/report.json'] ?? new Uint8Array()))).toEqual(first);
  await page.getByRole('button', { name: 'Actions for small report' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(page.getByTestId('no-runs')).toBeVisible();
  await page
    .getByTestId('runs-zip-input')
    .setInputFiles({ name: zip.name, mimeType: 'application/zip', buffer: zip.data });
  await expect(rows(page)).toHaveCount(1);
  await page.getByRole('button', { name: 'Actions for small report' }).click();
  await page.getByRole('menuitem', { name: 'Open report' }).click();
  await expectShown(page, first);

  await expectFitsNarrow(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expect.poll(() => faults(page)).toEqual([]);
});

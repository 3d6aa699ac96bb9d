import { mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { archivedRun } from '../../tests/support/archived.ts';
import { runRecords } from '../../tests/support/sweep-runs.ts';
import { tinyRun } from '../../tests/support/tiny-run.ts';
import { recordLines, runFiles } from '../archive/run-folder.ts';
import { confirmingRuns, parseSweep } from '../compare/sweep.ts';
import { runMarkdown } from '../sharing/run-markdown.ts';
import { runPage } from '../sharing/run-page.ts';
import { report } from './report.ts';

vi.spyOn(console, 'log').mockImplementation(() => undefined);
const folder = mkdtempSync(join(tmpdir(), 'gppo-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

it('writes the report that the page gives for the same run', async () => {
  const one = archivedRun('one', 12, { state: 'complete', name: 'my run' });
  const { tab: _, ...kept } = one.run;
  write(Object.fromEntries(runFiles(one).map(({ path, text }) => [`run/${path}`, text])));
  const same = { run: { ...kept, imported: true }, records: one.records };
  for (const [name, text] of [
    ['a.html', runPage(same)],
    ['a.md', runMarkdown(same)],
  ] as const) {
    await report([join(folder, 'run'), '--output', join(folder, name)]);
    expect(readFileSync(join(folder, name), 'utf8')).toBe(text);
  }
});

it('writes one report for a sweep', async () => {
  const sweep = parseSweep({ base: tinyRun(), strategies: ['ppo', 'gppo'], seeds: [1, 2, 3] }, 'sweep.json');
  write({ 'sweep/sweep.json': JSON.stringify(sweep) });
  for (const { config, label, seed } of confirmingRuns(sweep, undefined))
    write({
      [`sweep/runs/${label}-${seed}/config.json`]: JSON.stringify(config),
      [`sweep/runs/${label}-${seed}/metrics.jsonl`]: recordLines(runRecords(label, seed, [0.2, 0.4], [2, 1]).records),
    });
  const output = join(folder, 'sweep.html');
  await report([join(folder, 'sweep'), '--output', output]);
  const text = readFileSync(output, 'utf8');
  expect(text).toContain('6 of 6 runs made');
  expect(text).toContain('No difference to ppo');
  await expect(report([join(folder, 'sweep'), '--output', join(folder, 'sweep.md')])).rejects.toThrow(/ends in \.html/);
});

it.each([
  ['no folder', [], /report: expected the folder of a run or of a sweep/],
  ['another ending', ['run', '--output', 'a.pdf'], /--output: expected a file name that ends in \.html or \.md/],
  ['a folder that is missing', ['nothing', '--output', 'a.html'], /nothing: folder not found/],
  ['several runs without a sweep', ['.', '--output', 'a.html'], /expected one run, or one sweep/],
])('refuses %s', async (_, [name, ...rest], message) => {
  await expect(report([...(name === undefined ? [] : [join(folder, name)]), ...rest])).rejects.toThrow(message);
});

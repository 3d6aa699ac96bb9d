/** Keeps the results of a claim's sweep in docs/claims/N: the sweep, its summary and table, runs and evaluations. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { SweepFolder } from '../../src/cli/sweep-folder.ts';
import { resultsFolder, sweepFile, type Claim } from '../../src/claims/claim.ts';
import type { ClaimRun } from '../../src/claims/measures.ts';
import { armDifferences } from '../../src/compare/arm-differences.ts';
import { summarizeRun, type RunRecords } from '../../src/compare/run-summary.ts';
import { summarize } from '../../src/compare/summary.ts';
import { armsOf, type Sweep } from '../../src/compare/sweep.ts';
import { csv, runsCsv, tableMarkdown } from '../../src/compare/table.ts';
import { pathOf, sweepOf } from './kept.ts';

/** Complete runs of a sweep's folder. @throws StudioError `input` where it holds another sweep */
export const runsIn = async (sweep: Sweep, folder: string, where: string): Promise<RunRecords[]> =>
  (await SweepFolder.open(sweep, folder, where)).results();

const evaluationsOf = ({ records }: RunRecords) => records.filter(({ phase }) => phase === 'evaluation');

export const claimRun = (run: RunRecords): ClaimRun => ({
  label: run.label,
  summary: summarizeRun(run),
  accuracies: evaluationsOf(run).map(({ metrics }) => metrics['accuracy/sampled'] ?? NaN),
});

/** @returns the number of runs that were kept */
export async function takeResults(claim: Claim, folder: string): Promise<number> {
  const sweep = sweepOf(claim);
  const runs = await runsIn(sweep, folder, sweepFile(claim));
  const summary = summarize(
    armsOf(sweep).map(({ label }) => label),
    runs,
    sweep,
  );
  const rows = runs.flatMap((run) =>
    evaluationsOf(run).map(({ step, metrics }) => [
      run.label,
      run.seed,
      step,
      metrics['accuracy/sampled'] ?? NaN,
      metrics['accuracy/greedy'] ?? NaN,
    ]),
  );
  const files = {
    'sweep.json': `${JSON.stringify(sweep, null, 2)}\n`,
    'summary.json': `${JSON.stringify(summary, null, 2)}\n`,
    'table.md': `${[tableMarkdown(summary), armDifferences(sweep)].filter(Boolean).join('\n\n')}\n`,
    'runs.csv': runsCsv(summary),
    'evaluations.csv': csv([['strategy', 'seed', 'step', 'accuracy_sampled', 'accuracy_greedy'], ...rows]),
  };
  const into = resultsFolder(claim);
  mkdirSync(pathOf(into), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(pathOf(`${into}/${name}`), text);
  return runs.length;
}

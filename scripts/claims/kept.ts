/** Results of claims as they are kept in docs/claims/N: those of the sweep, trials, and a rerun with fresh seeds. */
import { existsSync, readFileSync } from 'node:fs';
import papaparse from 'papaparse';
import type { SweepSummary } from '../../src/compare/summary.ts';
import { armsOf, parseSweep, type Sweep } from '../../src/compare/sweep.ts';
import { resultsFolder, sweepFile, type Claim } from '../../src/claims/claim.ts';
import type { ClaimRun } from '../../src/claims/measures.ts';
import { completeSeeds, outcomeOf } from '../../src/claims/outcome.ts';
import type { ClaimResult, Rerun, Trial } from '../../src/claims/results.ts';

const ROOT = new URL('../../', import.meta.url);

/** A file of the project. */
export const pathOf = (file: string): URL => new URL(file, ROOT);

export function readJson(file: string): unknown {
  return existsSync(pathOf(file)) ? JSON.parse(readFileSync(pathOf(file), 'utf8')) : undefined;
}

/** The sweep that a claim is about, as it is declared. */
export function sweepOf(claim: Claim): Sweep {
  return parseSweep(readJson(sweepFile(claim)), sweepFile(claim));
}

/** Numbers that are not finite are null in JSON. */
const figures = <T extends object>(row: T): T =>
  Object.fromEntries(Object.entries(row).map(([key, value]) => [key, value === null ? NaN : (value as unknown)])) as T;

interface EvaluationRow {
  strategy: string;
  seed: string;
  accuracy_sampled: string;
}

/** Kept runs; none if the sweep has not been run. */
export function keptRuns(claim: Claim): ClaimRun[] {
  const folder = resultsFolder(claim);
  const summary = readJson(`${folder}/summary.json`) as SweepSummary | undefined;
  if (!summary) return [];
  const { data } = papaparse.parse<EvaluationRow>(readFileSync(pathOf(`${folder}/evaluations.csv`), 'utf8'), {
    header: true,
    skipEmptyLines: true,
  });
  return summary.strategies.flatMap(({ label, runs }) =>
    runs.map((run) => ({
      label,
      summary: figures(run),
      accuracies: data
        .filter(({ strategy, seed }) => strategy === label && Number(seed) === run.seed)
        .map((row) => Number(row.accuracy_sampled)),
    })),
  );
}

export function resultOf(claim: Claim): ClaimResult {
  const sweep = sweepOf(claim);
  const arms = armsOf(sweep).map(({ label }) => label);
  const runs = keptRuns(claim);
  const outcome = outcomeOf(claim, runs, arms);
  const rerun = readJson(`${resultsFolder(claim)}/rerun.json`) as Rerun | undefined;
  return {
    number: claim.number,
    complete: completeSeeds(runs, arms).length,
    planned: sweep.seeds.length,
    ...(outcome && { outcome }),
    trials: (readJson(`${resultsFolder(claim)}/trials.json`) ?? []) as Trial[],
    ...(rerun && { rerun }),
  };
}

/** Trains a claim's arms with fresh seeds, and says which comparisons fall inside their prediction intervals. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { resultsFolder, runsFolder, type Claim } from '../../src/claims/claim.ts';
import { CLAIM_MEASURES } from '../../src/claims/measures.ts';
import { predictionInterval } from '../../src/claims/outcome.ts';
import type { Rerun, RerunComparison } from '../../src/claims/results.ts';
import { mean } from '../../src/compare/moments.ts';
import type { Sweep } from '../../src/compare/sweep.ts';
import { inputError } from '../../src/errors.ts';
import { pathOf, resultOf, sweepOf } from './kept.ts';
import { claimRun, runsIn } from './take.ts';

/** @throws StudioError `input` for seeds that are not fresh, and for a claim without an outcome to compare with */
export async function rerun(claim: Claim, seeds: readonly number[], folder: string, date: string): Promise<Rerun> {
  const where = `claim ${claim.number}`;
  const sweep = sweepOf(claim);
  const { outcome, trials } = resultOf(claim);
  if (!outcome) throw inputError(where, 'expected results to compare with; run its sweep and take its results first');
  const used = [...sweep.seeds, ...trials.flatMap((trial) => trial.seeds)].find((seed) => seeds.includes(seed));
  if (used !== undefined) throw inputError('--seeds', `expected fresh seeds, but ${used} was used by the claim`);
  const fresh: Sweep = { ...sweep, name: `${sweep.name}, fresh seeds`, seeds: [...seeds] };
  mkdirSync(pathOf(runsFolder(claim)), { recursive: true });
  const file = `${runsFolder(claim)}-rerun.json`;
  writeFileSync(pathOf(file), JSON.stringify(fresh));
  const made = spawnSync('npm', ['run', '--silent', 'cli', '--', 'compare', file, '--output', folder], {
    cwd: pathOf('.'),
    stdio: 'inherit',
  });
  if (made.status !== 0) throw new Error(`compare ended with exit status ${made.status}`);
  const runs = (await runsIn(fresh, folder, file)).map(claimRun);
  const value = (label: string, seed: number, measure: keyof typeof CLAIM_MEASURES) => {
    const run = runs.find((one) => one.label === label && one.summary.seed === seed);
    return run ? CLAIM_MEASURES[measure].of(run) : NaN;
  };
  const comparisons = [...outcome.decides, ...outcome.further].map((one): RerunComparison => {
    const { arm, against, measure, differences } = one;
    const prediction = predictionInterval(differences, seeds.length);
    const middle = mean(seeds.map((seed) => value(arm, seed, measure) - value(against, seed, measure)));
    return {
      arm,
      against,
      measure,
      mean: middle,
      prediction,
      inside: prediction.low <= middle && middle <= prediction.high,
    };
  });
  const result: Rerun = { date, seeds, comparisons };
  writeFileSync(pathOf(`${resultsFolder(claim)}/rerun.json`), `${JSON.stringify(result, null, 2)}\n`);
  return result;
}

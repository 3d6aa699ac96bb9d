/**
 * `npm run claims`: computes docs/claims.md and docs/claims/results.json, which the page shows, from the kept results.
 *
 *     npm run claims                                    # writes both
 *     npm run claims -- --check                         # exit status 1 where one of them is out of date
 *     npm run claims -- --take 5 [--from runs/claim-5]  # first keeps the results of a sweep
 *     npm run claims -- --rerun 5 --seeds 201,202 [--output runs/claim-5-rerun]
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runsFolder, type Claim } from '../src/claims/claim.ts';
import { CLAIMS } from '../src/claims/index.ts';
import { inputError, StudioError } from '../src/errors.ts';
import { CLAIM_DOCS } from './claims/document.ts';
import { pathOf } from './claims/kept.ts';
import { rerun } from './claims/rerun.ts';
import { takeResults } from './claims/take.ts';

function claimOf(text: string, where: string): Claim {
  const found = CLAIMS.find(({ number }) => String(number) === text);
  if (!found)
    throw inputError(where, `expected one of ${CLAIMS.map(({ number }) => number).join(', ')}, found ${text}`);
  return found;
}

function seedsOf(text: string | undefined): number[] {
  const seeds = (text ?? '').split(',').map(Number);
  if (text === undefined || seeds.length < 2 || !seeds.every(Number.isInteger))
    throw inputError('--seeds', `expected at least two seeds, such as 201,202, found ${text ?? 'none'}`);
  return seeds;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      check: { type: 'boolean' },
      take: { type: 'string' },
      from: { type: 'string' },
      rerun: { type: 'string' },
      seeds: { type: 'string' },
      output: { type: 'string' },
    },
  });
  if (values.take !== undefined) {
    const claim = claimOf(values.take, '--take');
    const folder = values.from ?? runsFolder(claim);
    console.log(`claim ${claim.number}: ${await takeResults(claim, folder)} runs of ${folder} kept`);
  }
  if (values.rerun !== undefined) {
    const claim = claimOf(values.rerun, '--rerun');
    const today = new Date().toISOString().slice(0, 10);
    const folder = values.output ?? `${runsFolder(claim)}-rerun`;
    const { comparisons } = await rerun(claim, seedsOf(values.seeds), folder, today);
    for (const { arm, against, measure, inside } of comparisons)
      console.log(`${arm} against ${against}, ${measure}: ${inside ? 'inside' : 'outside'} the prediction interval`);
  }
  for (const [path, generate] of Object.entries(CLAIM_DOCS)) {
    const before = existsSync(pathOf(path)) ? readFileSync(pathOf(path), 'utf8') : '';
    const text = generate();
    if (!values.check) writeFileSync(pathOf(path), text);
    else if (before !== text) throw inputError(path, 'out of date; run: npm run claims');
  }
}

await main().catch((error: unknown) => {
  console.error(error instanceof StudioError ? `${error.message} ${error.advice}` : error);
  process.exitCode = 1;
});

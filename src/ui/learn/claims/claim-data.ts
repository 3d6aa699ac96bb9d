/** The claims with their results, as docs/claims.md has them, and the sweeps that the command line runs. */
import results from '../../../../docs/claims/results.json';
import { sweepFile, type Claim } from '../../../claims/claim.ts';
import { CLAIMS } from '../../../claims/index.ts';
import type { ClaimResult } from '../../../claims/results.ts';
import { parseSweep, type Sweep } from '../../../compare/sweep.ts';

const SWEEPS: Record<string, unknown> = import.meta.glob('../../../../configs/sweep-claim-*.json', {
  eager: true,
  import: 'default',
});

export interface ClaimCard {
  claim: Claim;
  result: ClaimResult;
}

export const CLAIM_CARDS: readonly ClaimCard[] = CLAIMS.flatMap((claim) => {
  const result = (results as unknown as ClaimResult[]).find(({ number }) => number === claim.number);
  return result ? [{ claim, result }] : [];
});

export function claimSweep(claim: Claim): Sweep {
  const file = sweepFile(claim);
  return parseSweep(SWEEPS[`../../../../${file}`], file);
}

/** Names of about as many metrics as a step has, for made-up records. */
import { METRICS } from '../src/run/metrics/declaration.ts';
import { ZONES } from '../src/run/step-record.ts';

export const METRIC_NAMES: readonly string[] = [
  ...Object.keys(METRICS).filter((name) => !name.includes('<')),
  ...ZONES.flatMap((zone) => [`zone/${zone}/mass`, `zone/${zone}/fraction`]),
];

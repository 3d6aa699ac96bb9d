/** The command line of `npm run bench`. */
import { checkPositionals, readArguments } from '../src/cli/arguments.ts';
import { inputError } from '../src/errors.ts';
import type { PartName } from './results.ts';

/** In the order they are measured. */
const PARTS: Record<PartName, { browserOnly: boolean }> = {
  training: { browserOnly: false },
  generation: { browserOnly: false },
  limits: { browserOnly: false },
  profile: { browserOnly: false },
  'rl-step': { browserOnly: false },
  statistics: { browserOnly: false },
  doubling: { browserOnly: false },
  curves: { browserOnly: false },
  frames: { browserOnly: true },
};

export interface BenchOptions {
  parts: PartName[];
  /** Under Node instead of in a browser: our own engine alone. */
  node: boolean;
}

/** @throws StudioError `input` for unknown parts, and for parts that need a browser with --node */
export function readOptions(args: string[]): BenchOptions {
  const given = readArguments('bench', args, ['only'], ['node']);
  checkPositionals(given, 'bench', 0);
  const node = given.values['node'] === true;
  const names = Object.keys(PARTS) as PartName[];
  const only = given.values['only'];
  if (typeof only !== 'string') return { parts: names.filter((name) => !node || !PARTS[name].browserOnly), node };
  const parts = only.split(',').map((name) => name.trim());
  for (const name of parts) {
    if (!names.includes(name as PartName)) throw inputError('bench', `--only: expected some of ${names.join(',')}, found ${name}`);
    if (node && PARTS[name as PartName].browserOnly) throw inputError('bench', `--only: ${name} needs a browser, leave --node out`);
  }
  return { parts: names.filter((name) => parts.includes(name)), node };
}

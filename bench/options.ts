/** The command line of `npm run bench`. */
import { checkPositionals, readArguments } from '../src/cli/arguments.ts';
import { inputError } from '../src/errors.ts';
import { PEER_NAMES } from './peers/names.ts';
import type { PartName } from './rows.ts';
import type { BenchOptions } from './rows.ts';
import { SIZES } from './sizes.ts';

/** In the order of measurement. */
const PARTS: Record<PartName, { browserOnly: boolean }> = {
  training: { browserOnly: false },
  generation: { browserOnly: false },
  limits: { browserOnly: false },
  profile: { browserOnly: false },
  'rl-step': { browserOnly: false },
  statistics: { browserOnly: false },
  doubling: { browserOnly: false },
  head: { browserOnly: false },
  curves: { browserOnly: false },
  frames: { browserOnly: true },
  'first-step': { browserOnly: true },
  'page-load': { browserOnly: true },
};

/** @throws StudioError `input` for unknown parts, and for parts that need a browser with --node */
export function readOptions(args: string[]): BenchOptions {
  const given = readArguments('bench', args, ['only', 'sizes', 'peers'], ['node', 'document']);
  checkPositionals(given, 'bench', 0);
  const node = given.values['node'] === true;
  const names = Object.keys(PARTS) as PartName[];
  const sizes = listed(
    given.values['sizes'],
    'sizes',
    SIZES.map(({ name }) => name),
  );
  const peers = listed(given.values['peers'], 'peers', PEER_NAMES);
  const only = listed(given.values['only'], 'only', names);
  const browserOnly = node ? only?.find((name) => PARTS[name as PartName].browserOnly) : undefined;
  if (browserOnly !== undefined) throw inputError('bench', `--only: ${browserOnly} needs a browser, leave --node out`);
  return {
    parts: names.filter((name) => only?.includes(name) ?? !(node && PARTS[name].browserOnly)),
    sizes,
    peers,
    node,
    document: given.values['document'] === true,
  };
}

/** A comma-separated option. @returns undefined if it is omitted */
function listed(value: string | boolean | undefined, option: string, allowed: readonly string[]): string[] | undefined {
  if (typeof value !== 'string') return undefined;
  const chosen = value.split(',').map((name) => name.trim());
  const unknown = chosen.find((name) => !allowed.includes(name));
  if (unknown !== undefined)
    throw inputError('bench', `--${option}: expected some of ${allowed.join(',')}, found ${unknown}`);
  return chosen;
}

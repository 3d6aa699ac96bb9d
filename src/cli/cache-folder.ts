/** Where the command line keeps what it can make or load again: kernel choices, data of the hub. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** GPPO_CACHE; else the user's cache folder (XDG base directories). */
export function cacheFolder(): string {
  const chosen = process.env['GPPO_CACHE'];
  return chosen ? resolve(chosen) : join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'gppo-studio');
}

/** Lines of --help. */
export const CACHE_VARIABLE: [string, string] = [
  'GPPO_CACHE',
  'Folder for downloaded data and kernel choices; by default ~/.cache/gppo-studio, or that of XDG_CACHE_HOME.',
];

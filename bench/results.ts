/** The output of a benchmark: one JSON file and one table per day and adapter, with the measured commit per part. */
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../src/cli/files.ts';
import type { PartName, PartResults } from './rows.ts';

export type Measured = { [Name in PartName]?: { at: string; commit: string; result: PartResults[Name] } };

export interface Results {
  date: string;
  adapter: string;
  runtime: string;
  parts: Measured;
}

/** Short name of the checked-out commit, with a plus sign if files differ from it; empty outside a repository. */
export function commitName(root: string): string {
  try {
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    const changed = git('status', '--porcelain', '--', 'src', 'shaders', 'bench', ':!bench/results') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? '+' : ''}`;
  } catch {
    return '';
  }
}

/** `bench/results/DATE-ADAPTER`, without extension. */
export function resultsPath(
  folder: string,
  { date, adapter, runtime }: Pick<Results, 'date' | 'adapter' | 'runtime'>,
): string {
  const name = /swiftshader/i.test(adapter)
    ? 'swiftshader'
    : adapter
        .replace(/[^\w]+/g, '-')
        .slice(0, 40)
        .toLowerCase();
  return join(folder, 'results', `${date}-${name}${runtime.startsWith('Node') ? '-node' : ''}`);
}

/** Results of the same day, adapter and runtime, so that parts can be measured one by one. */
export async function readResults(path: string): Promise<Results | undefined> {
  try {
    const found = JSON.parse(await readFile(`${path}.json`, 'utf8')) as Partial<Results>;
    return found.parts ? (found as Results) : undefined;
  } catch {
    return undefined;
  }
}

export async function writeResults(path: string, results: Results, table: string): Promise<void> {
  await writeWhole(`${path}.json`, `${JSON.stringify(results, null, 1)}\n`);
  await writeWhole(`${path}.md`, table);
}

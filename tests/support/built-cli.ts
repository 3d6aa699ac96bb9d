/**
 * The command line as one file of JavaScript, for tests that start many processes: compiling TypeScript takes most of
 * the start of a process.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { ROOT, settle } from './cli.ts';

export interface BuiltCli {
  start: (...args: string[]) => ChildProcess;
  remove: () => void;
}

export async function buildCli(): Promise<BuiltCli> {
  await settle();
  // Inside the project, where its packages are found.
  const folder = join(ROOT, '.cache', `cli-${process.pid}`);
  await build({
    root: ROOT,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    build: { ssr: 'src/cli/main.ts', outDir: folder, emptyOutDir: true, target: 'node20' },
  });
  return {
    start: (...args) =>
      spawn(process.execPath, [join(folder, 'main.js'), ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The command line as a process of its own. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Outcome {
  status: number;
  stdout: string;
  stderr: string;
}

export function cli(...args: string[]): Promise<Outcome> {
  const command = ['scripts/with-gpu.mjs', 'node', '--import', 'tsx', '--import', './scripts/register-wgsl.mjs', 'src/cli/main.ts', ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: ROOT, maxBuffer: 1e8 }, (error, stdout, stderr) => resolve({ status: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }));
  });
}

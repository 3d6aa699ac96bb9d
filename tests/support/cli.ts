/** The command line as a process of its own, and in this one. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { runCommand } from '../../src/cli/commands.ts';

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

/** The command in this process: the same but for its start and its end. One at a time, for the console is one. */
export async function cliHere(...args: string[]): Promise<Outcome> {
  const said = { log: '', error: '' };
  const spies = (['log', 'error'] as const).map((name) => vi.spyOn(console, name).mockImplementation((line: string) => void (said[name] += `${line}\n`)));
  try {
    return { status: await runCommand(args), stdout: said.log, stderr: said.error };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

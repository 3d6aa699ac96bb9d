/** The command line as a child process, and in this process. */
import { execFile, spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { runCommand } from '../../src/cli/commands.ts';
import type * as NodeGpu from '../../src/cli/node-gpu.ts';
import { kernelChoicesPath } from '../../src/cli/node-gpu.ts';
import { choiceKey, Tuner } from '../../src/gpu/tuner.ts';
import { SETTLED, testGpu } from './gpu.ts';
import { SETTLED_CHOICES } from './settled-choices.ts';

// In this process commands share the tests' device, which compiles each kernel once.
vi.mock('../../src/cli/node-gpu.ts', async (original) => ({
  ...(await original<typeof NodeGpu>()),
  openNodeGpu: async () => {
    const gpu = await testGpu();
    return { gpu, tuner: new Tuner(gpu, SETTLED) };
  },
}));

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Outcome {
  status: number;
  stdout: string;
  stderr: string;
}

let settled: Promise<void> | undefined;

/** Gives the command line a separate cache with settled kernel choices. */
export function settle(): Promise<void> {
  settled ??= (async () => {
    const gpu = await testGpu();
    const cache = mkdtempSync(join(tmpdir(), 'gppo-cache-'));
    process.on('exit', () => rmSync(cache, { recursive: true, force: true }));
    process.env['XDG_CACHE_HOME'] = cache;
    const path = kernelChoicesPath();
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(
      path,
      JSON.stringify(
        Object.fromEntries(
          [...SETTLED_CHOICES].map(([question, choice]) => [choiceKey(gpu.adapter, question), choice]),
        ),
      ),
    );
  })();
  return settled;
}

/** What a process said on stderr by itself: Dawn warns there of limits of some drivers, such as lavapipe. */
export const withoutDriverWarnings = (stderr: string): string =>
  stderr.replace(/^Warning: max\w+ artificially reduced from .*\n/gm, '');

const MAIN = ['--import', 'tsx', '--import', './scripts/register-wgsl.mjs', 'src/cli/main.ts'];

/** Starts the command line without a process in between, so that a signal reaches it; tests have its environment. */
export async function startCli(...args: string[]): Promise<ChildProcessByStdio<null, Readable, null>> {
  await settle();
  return spawn(process.execPath, [...MAIN, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
}

export async function cli(...args: string[]): Promise<Outcome> {
  const command = ['scripts/with-gpu.mjs', 'node', ...MAIN, ...args];
  await settle();
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: ROOT, maxBuffer: 1e8 }, (error, stdout, stderr) =>
      resolve({
        status: typeof error?.code === 'number' ? error.code : error ? -1 : 0,
        stdout,
        stderr: withoutDriverWarnings(stderr),
      }),
    );
  });
}

/** The command in this process, without process start and exit. One at a time, because they share the console. */
export async function cliHere(...args: string[]): Promise<Outcome> {
  const said = { log: '', error: '' };
  const spies = (['log', 'error'] as const).map((name) =>
    vi.spyOn(console, name).mockImplementation((line: string) => void (said[name] += `${line}\n`)),
  );
  try {
    return { status: await runCommand(args), stdout: said.log, stderr: said.error };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

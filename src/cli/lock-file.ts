/** Lets one process at a time work on a file; the lock of a process that died is taken over. */
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const RETRY_MS = 200;
/** Age at which a lock without an owner was left by a process that died while making it, ms. */
const EMPTY_MS = 10_000;

/** @throws the signal's reason while waiting */
export async function withLock<T>(path: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`;
  let told = false;
  while (!(await taken(lock))) {
    signal.throwIfAborted();
    const owner = (await ownerOf(lock)) ?? 0;
    const made = (await stat(lock).catch(() => undefined))?.mtimeMs ?? Date.now();
    if (owner > 0 ? !isAlive(owner) : Date.now() - made > EMPTY_MS) {
      await rm(lock, { force: true });
      continue;
    }
    if (!told && owner > 0) console.error(`waiting for process ${owner}, which downloads ${path}`);
    told ||= owner > 0;
    await delay(RETRY_MS);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

/** Takes a lock for this process. @returns false if it has an owner */
export async function taken(lock: string): Promise<boolean> {
  try {
    await writeFile(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** The process that made a lock, 0 as long as it has not written its number; undefined without a lock. */
export async function ownerOf(lock: string): Promise<number | undefined> {
  const text = await readFile(lock, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : Number(text);
}

export function isAlive(owner: number): boolean {
  try {
    process.kill(owner, 0);
    return true;
  } catch (error) {
    // EPERM: it runs as another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Claims on pieces of work in a folder that processes, also of several machines, share.
 *
 * A claim is a file made whole by a hard link, which fails where there is one. Its owner renews the file's time as a
 * heartbeat. The claim of a dead owner is taken away by a rename, which succeeds for one process. Two processes may
 * still do a piece twice where a machine was suspended: work whose result depends on its input alone bears that.
 */
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { isAlive } from './lock-file.ts';
import { PLACE } from './place.ts';

/** Time without a heartbeat after which an owner counts as dead, s. File systems of clusters show times late. */
export const DEAD_AFTER_SECONDS = 180;
/** Heartbeats in that time. */
const BEATS = 6;
/** Codes of file systems without hard links. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

interface Owner {
  /** Where its process number means something: a host since its start, and the processes that it can see. */
  place: string;
  pid: number;
  /** Of the claim, so that two of one process differ. */
  id: string;
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : '');

export class WorkClaims {
  /** What was last seen of others' claims, and when on this machine's clock: clocks of machines differ. */
  private readonly seen = new Map<string, { beat: string; at: number }>();
  private readonly own = new Map<string, { text: string; timer: NodeJS.Timeout }>();

  /** @param deadAfter seconds without a heartbeat; the same for all processes of a folder */
  constructor(private readonly deadAfter = DEAD_AFTER_SECONDS) {}

  /** @returns false if somebody else has it */
  async take(path: string): Promise<boolean> {
    const id = randomUUID();
    const text = JSON.stringify({ place: PLACE, pid: process.pid, id } satisfies Owner);
    const aside = `${path}.${id}`;
    await writeFile(aside, text);
    try {
      await link(aside, path).catch(async (error: unknown) => {
        if (!NO_LINKS.includes(codeOf(error))) throw error;
        await writeFile(path, text, { flag: 'wx' });
      });
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    } finally {
      await rm(aside, { force: true });
    }
    const beat = () => {
      const now = new Date();
      // A folder that is away for a moment is no reason to end a run.
      void utimes(path, now, now).catch(() => undefined);
    };
    const timer = setInterval(beat, (this.deadAfter * 1000) / BEATS);
    timer.unref();
    this.own.set(path, { text, timer });
    return true;
  }

  /** Gives up a claim of this process; not one that another has since made. */
  async release(path: string): Promise<void> {
    const own = this.own.get(path);
    if (!own) return;
    clearInterval(own.timer);
    this.own.delete(path);
    if ((await textAt(path)) === own.text) await rm(path, { force: true });
  }

  /**
   * Takes away the claim of an owner that died: at once if it was a process of this place, otherwise when there was no
   * heartbeat for `deadAfter` seconds of watching.
   *
   * @returns whether this process took one away
   */
  async removeDead(path: string): Promise<boolean> {
    const text = await textAt(path);
    if (text === undefined || text === this.own.get(path)?.text) {
      this.seen.delete(path);
      return false;
    }
    if (!diedHere(text) && !(await this.isSilent(path, text))) return false;
    const aside = `${path}.${randomUUID()}`;
    try {
      await rename(path, aside);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    }
    this.seen.delete(path);
    const taken = await textAt(aside);
    // Another process was faster, and what was renamed is the claim that followed.
    if (taken !== text) await link(aside, path).catch(() => undefined);
    await rm(aside, { force: true });
    return taken === text;
  }

  private async isSilent(path: string, text: string): Promise<boolean> {
    const time = (await stat(path).catch(() => undefined))?.mtimeMs;
    if (time === undefined) return false;
    const beat = `${time} ${text}`;
    const before = this.seen.get(path);
    if (before?.beat !== beat) this.seen.set(path, { beat, at: performance.now() });
    return before?.beat === beat && performance.now() - before.at > this.deadAfter * 1000;
  }
}

const textAt = (path: string) => readFile(path, 'utf8').catch(() => undefined);

function diedHere(text: string): boolean {
  const owner = ownerIn(text);
  return owner?.place === PLACE && !isAlive(owner.pid);
}

/** Undefined for a claim that is cut off, or of an older version: only its silence tells. */
function ownerIn(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Partial<Owner> | null;
    return typeof owner?.place === 'string' && typeof owner.pid === 'number' ? (owner as Owner) : undefined;
  } catch {
    return undefined;
  }
}

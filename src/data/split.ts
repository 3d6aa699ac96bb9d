/**
 * Which problems are held out: a hash of a problem's key decides, so that the choice depends neither on the order of
 * rows nor on other rows, and duplicates are on the same side.
 */
import { sha256 } from '@noble/hashes/sha2.js';

const encoder = new TextEncoder();

/** The first 64 bits of the key's SHA-256 as two words of 32 bits. */
export function keyHash(key: string): [high: number, low: number] {
  const hash = sha256(encoder.encode(key));
  const view = new DataView(hash.buffer, hash.byteOffset, 8);
  return [view.getUint32(0), view.getUint32(4)];
}

/** The first 53 bits of the key's SHA-256 as a fraction from 0 up to 1. */
export function keyFraction(key: string): number {
  const [high, low] = keyHash(key);
  return (high * 2 ** 21 + (low >>> 11)) / 2 ** 53;
}

/** In Python: `(int.from_bytes(sha256(key.encode()).digest()[:8], 'big') >> 11) / 2**53 < share` is held out. */
export const splitOf = (key: string, share: number): 'held-out' | 'training' =>
  keyFraction(key) < share ? 'held-out' : 'training';

/**
 * The held-out keys of a data set. At least one problem is on each side: of few problems, the one with the lowest or
 * highest hash.
 */
export function heldOutKeys(keys: ReadonlySet<string>, share: number): Set<string> {
  const chosen = new Set<string>();
  let lowest: { key: string; at: number } | undefined;
  let highest: { key: string; at: number } | undefined;
  for (const key of keys) {
    const at = keyFraction(key);
    if (at < share) chosen.add(key);
    if (!lowest || at < lowest.at) lowest = { key, at };
    if (!highest || at >= highest.at) highest = { key, at };
  }
  if (keys.size > 1 && lowest && highest) {
    if (chosen.size === 0) chosen.add(lowest.key);
    else if (chosen.size === keys.size) chosen.delete(highest.key);
  }
  return chosen;
}

/** A set of 64-bit hashes, with 8 bytes per place: a million keys take 16 to 32 MB. */
export class HashSet {
  size = 0;
  private table = new Uint32Array(2 * 1024);
  /** The hash 0, which marks free places in the table. */
  private hasZero = false;

  /** @returns whether it is new */
  add([high, low]: readonly [number, number]): boolean {
    if (high === 0 && low === 0) {
      const fresh = !this.hasZero;
      this.hasZero = true;
      this.size += Number(fresh);
      return fresh;
    }
    if (4 * (this.size + 1) > this.table.length) this.grow();
    const at = this.find(high, low);
    if (this.table[at] !== 0 || this.table[at + 1] !== 0) return false;
    this.table[at] = high;
    this.table[at + 1] = low;
    this.size += 1;
    return true;
  }

  has([high, low]: readonly [number, number]): boolean {
    if (high === 0 && low === 0) return this.hasZero;
    const at = this.find(high, low);
    return this.table[at] !== 0 || this.table[at + 1] !== 0;
  }

  /** Index of the hash, or of the free place for it. */
  private find(high: number, low: number): number {
    const mask = this.table.length / 2 - 1;
    for (let place = low & mask; ; place = (place + 1) & mask) {
      const at = 2 * place;
      const [here, there] = [this.table[at], this.table[at + 1]];
      if ((here === high && there === low) || (here === 0 && there === 0)) return at;
    }
  }

  private grow(): void {
    const old = this.table;
    this.table = new Uint32Array(2 * old.length);
    for (let i = 0; i < old.length; i += 2) {
      const [high = 0, low = 0] = [old[i], old[i + 1]];
      if (high === 0 && low === 0) continue;
      const at = this.find(high, low);
      this.table[at] = high;
      this.table[at + 1] = low;
    }
  }
}

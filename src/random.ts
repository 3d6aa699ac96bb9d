/**
 * Randomness that depends on nothing but a seed and labels: every use in a run asks for a stream of its own, so that no
 * state has to be saved with a run and no draw shifts another.
 *
 * The generator is sfc32 (Chris Doty-Humphrey, PractRand); labels are hashed with FNV-1a and the finalizer of
 * MurmurHash3 (Austin Appleby).
 */

export interface Random {
  uint32(): number;
  /** In [0, 1), 32 bits. */
  float(): number;
  /** A whole number in [0, n). */
  integer(n: number): number;
  /** Standard normal (Box-Muller). */
  normal(): number;
  /** Shuffles in place (Fisher-Yates) and returns the array. */
  shuffle<T>(items: T[]): T[];
}

/** A uint32 for a text. */
export function hashString(text: string, seed = 0): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return finalize(hash);
}

function finalize(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** @param labels what the stream is for; different labels give independent streams */
export function stream(seed: number, ...labels: (string | number)[]): Random {
  const key = labels.map(String).join('\u0000');
  return sfc32(hashString(key, seed), hashString(key, finalize(seed ^ 0x9e3779b9)), finalize(seed >>> 0), 1);
}

function sfc32(a: number, b: number, c: number, counter: number): Random {
  const uint32 = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  // The first outputs still show the seed.
  for (let i = 0; i < 12; i++) uint32();
  const float = () => uint32() / 4294967296;
  const integer = (n: number) => Math.floor(float() * n);
  return {
    uint32,
    float,
    integer,
    normal: () => Math.sqrt(-2 * Math.log(1 - float())) * Math.cos(2 * Math.PI * float()),
    shuffle: (items) => {
      for (let i = items.length - 1; i > 0; i--) {
        const j = integer(i + 1);
        const item = items[i];
        const other = items[j];
        if (item !== undefined && other !== undefined) [items[i], items[j]] = [other, item];
      }
      return items;
    },
  };
}

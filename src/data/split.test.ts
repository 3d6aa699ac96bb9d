import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { HashSet, heldOutKeys, keyFraction, keyHash, splitOf } from './split.ts';

it("hashes a key as the first bits of its SHA-256, which Node's own gives too", () => {
  for (const key of ['', 'a', 'Wie viele Äpfel? 🍎', 'x'.repeat(1000)]) {
    const bits = BigInt(`0x${createHash('sha256').update(key, 'utf8').digest('hex').slice(0, 16)}`);
    expect(keyHash(key)).toEqual([Number(bits >> 32n), Number(bits & 0xffffffffn)]);
    expect(keyFraction(key)).toBe(Number(bits >> 11n) / 2 ** 53);
  }
});

it('holds out about the given share, and more with a larger share', () => {
  const keys = Array.from({ length: 20_000 }, (_, i) => `problem ${i}`);
  const [tenth, fifth] = [0.1, 0.2].map((share) => keys.filter((key) => splitOf(key, share) === 'held-out'));
  // Six standard deviations of a binomial count.
  expect(Math.abs(tenth!.length - 2000)).toBeLessThan(6 * Math.sqrt(20_000 * 0.1 * 0.9));
  expect(tenth!.every((key) => fifth!.includes(key))).toBe(true);
});

it('leaves at least one problem on each side', () => {
  const keys = new Set(['a', 'b', 'c']);
  const least = [...heldOutKeys(keys, 1e-9)];
  expect(least).toHaveLength(1);
  expect([...heldOutKeys(new Set(['c', 'b', 'a']), 1e-9)]).toEqual(least);
  expect(heldOutKeys(keys, 1 - 1e-9).size).toBe(2);
  expect(heldOutKeys(new Set(['a']), 1e-9).size).toBe(0);
});

it('keeps a set of hashes as it grows', () => {
  const set = new HashSet();
  const hashes = Array.from({ length: 5000 }, (_, i) => keyHash(`k${i}`));
  expect(hashes.every((hash) => set.add(hash))).toBe(true);
  expect(hashes.some((hash) => set.add(hash))).toBe(false);
  expect(set.size).toBe(5000);
  expect(hashes.every((hash) => set.has(hash))).toBe(true);
  expect(set.has(keyHash('other'))).toBe(false);
  for (const hash of [
    [0, 0],
    [0, 5],
    [5, 0],
  ] as [number, number][]) {
    expect([set.has(hash), set.add(hash), set.add(hash), set.has(hash)]).toEqual([false, true, false, true]);
  }
});

import { describe, expect, it } from 'vitest';
import { stream } from '../../random.ts';
import { bfloat16ToFloat, floatToBfloat16, floatToHalf, halfToFloat } from './f16-conversion.ts';

/** Every finite bit pattern of a format in ascending order of value, to find the neighbours of a number by search. */
function table(widen: (bits: number) => number): { bits: number; value: number }[] {
  const all = Array.from({ length: 0x8000 }, (_, bits) => ({ bits, value: widen(bits) }));
  return all.filter(({ value }) => Number.isFinite(value));
}

/** The definition: the nearer of the two neighbours; on a tie, the one with an even last bit. */
function nearest(sorted: { bits: number; value: number }[], magnitude: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (sorted[middle]!.value <= magnitude) low = middle;
    else high = middle - 1;
  }
  const [below, above] = [sorted[low]!, sorted[low + 1]];
  if (!above) return below.bits;
  const [down, up] = [magnitude - below.value, above.value - magnitude];
  return down < up || (down === up && below.bits % 2 === 0) ? below.bits : above.bits;
}

describe.each([
  ['F16', halfToFloat, floatToHalf, 65_504],
  ['BF16', bfloat16ToFloat, floatToBfloat16, 3.3895313892515355e38],
] as const)('%s', (_, widen, narrow, largest) => {
  const sorted = table(widen);

  it('represents each of its numbers exactly, both signs, NaN and infinity', () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const value = widen(bits);
      if (Number.isNaN(value)) expect(widen(narrow(value))).toBeNaN();
      else expect(narrow(value)).toBe(bits);
    }
    expect(sorted.at(-1)?.value).toBe(largest);
  });

  it('rounds to the nearest, ties to even', () => {
    const random = stream(7, 'rounding');
    const values = Array.from({ length: 4000 }, () => Math.fround(random.normal() * 2 ** (random.integer(44) - 28)));
    // Exact midpoints between neighbours, and the adjacent floats.
    for (let i = 0; i < 4000; i++) {
      const at = random.integer(sorted.length - 1);
      const tie = Math.fround((sorted[at]!.value + sorted[at + 1]!.value) / 2);
      values.push(tie, Math.fround(tie * (1 + 2 ** -23)), Math.fround(tie * (1 - 2 ** -24)));
    }
    for (const value of values) {
      const magnitude = Math.abs(value);
      if (magnitude > largest) continue;
      expect(narrow(magnitude)).toBe(nearest(sorted, magnitude));
      expect(narrow(-magnitude)).toBe(nearest(sorted, magnitude) | 0x8000);
    }
  });

  it('overflows to infinity beyond half a step above its largest number', () => {
    const step = largest - sorted.at(-2)!.value;
    expect(widen(narrow(Math.fround(largest + step / 2)))).toBe(Infinity);
    expect(narrow(Math.fround(largest + step / 4))).toBe(sorted.at(-1)?.bits);
  });
});

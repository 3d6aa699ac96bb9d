import { describe, expect, it } from 'vitest';
import { shareBuffers, type Lifetime } from './lifetimes.ts';

const tensor = (label: string, bytes: number, first: number, last: number): Lifetime => ({ label, bytes, first, last });

describe('sharing buffers by lifetime', () => {
  it('reuses a buffer after its last use, but not within the dispatch that uses both', () => {
    const { of, buffers } = shareBuffers([tensor('a', 100, 1, 3), tensor('b', 80, 3, 5), tensor('c', 60, 4, 6)]);
    expect(of).toEqual([0, 1, 0]);
    expect(buffers).toEqual([
      { label: 'a', bytes: 100 },
      { label: 'b', bytes: 80 },
    ]);
  });

  it('takes the smallest buffer that fits', () => {
    const { of } = shareBuffers([tensor('large', 1000, 1, 1), tensor('middle', 100, 1, 1), tensor('later', 90, 2, 2)]);
    expect(of[2]).toBe(of[1]);
  });

  it('random lifetimes: live tensors never share, buffers fit, and the total is at least the live bytes', () => {
    let state = 7;
    const random = (below: number) => (state = (Math.imul(state, 1103515245) + 12345) >>> 1) % below;
    for (let round = 0; round < 200; round++) {
      const tensors = Array.from({ length: 1 + random(40) }, (_, i) => {
        const first = random(60);
        return tensor(String(i), 1 + random(1000), first, first + random(20));
      });
      const { of, buffers } = shareBuffers(tensors);
      for (const [i, a] of tensors.entries()) {
        expect(buffers[of[i] ?? -1]?.bytes).toBeGreaterThanOrEqual(a.bytes);
        for (const [j, b] of tensors.entries())
          if (i !== j && of[i] === of[j]) expect(a.last < b.first || b.last < a.first).toBe(true);
      }
      const total = buffers.reduce((sum, { bytes }) => sum + bytes, 0);
      for (let now = 0; now < 80; now++)
        expect(total).toBeGreaterThanOrEqual(
          tensors.reduce((sum, { first, last, bytes }) => sum + (first <= now && now <= last ? bytes : 0), 0),
        );
      expect(total).toBeLessThanOrEqual(tensors.reduce((sum, { bytes }) => sum + bytes, 0));
    }
  });
});

/** Sorting of many numbers: by their bits, because a comparison function takes ten times as long. */

const DIGITS = 0x10000;

/** Places of the values in ascending order; equal values keep their order. Not for NaN. */
export function ascending(values: Float32Array<ArrayBuffer>): Uint32Array {
  const keys = new Uint32Array(values.length);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < keys.length; i++) {
    // -0 is 0.
    const word = values[i] === 0 ? 0 : (bits[i] ?? 0);
    // Flipped so that they order as unsigned numbers: all bits of a negative number, the sign of others.
    keys[i] = (word & 0x80000000) !== 0 ? ~word : word | 0x80000000;
  }
  let places = new Uint32Array(values.length);
  for (let i = 0; i < places.length; i++) places[i] = i;
  for (const shift of [0, 16]) places = byDigit(keys, places, shift);
  return places;
}

/** One pass of a radix sort, stable. */
function byDigit(keys: Uint32Array, places: Uint32Array<ArrayBuffer>, shift: number): Uint32Array<ArrayBuffer> {
  const next = new Uint32Array(DIGITS + 1);
  const digit = (place: number) => ((keys[place] ?? 0) >>> shift) & (DIGITS - 1);
  for (const place of places) {
    const after = digit(place) + 1;
    next[after] = (next[after] ?? 0) + 1;
  }
  for (let i = 1; i < next.length; i++) next[i] = (next[i] ?? 0) + (next[i - 1] ?? 0);
  const sorted = new Uint32Array(places.length);
  for (const place of places) {
    const at = next[digit(place)] ?? 0;
    sorted[at] = place;
    next[digit(place)] = at + 1;
  }
  return sorted;
}

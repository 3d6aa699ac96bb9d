/**
 * The two 16-bit formats of checkpoints. IEEE half (F16): 1 sign, 5 exponent, 10 fraction bits, largest 65504. bfloat16
 * (BF16): the upper half of a float, 1 + 8 + 7 bits. Widening is exact; narrowing rounds to nearest, ties to even, as
 * in PyTorch.
 */
import { StudioError } from '../../errors.ts';
import type { WeightValues } from './packing.ts';
import type { Precision } from './precision.ts';

const scratch = new DataView(new ArrayBuffer(4));

function bitsOf(value: number): number {
  scratch.setFloat32(0, value);
  return scratch.getUint32(0);
}

export function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

export function bfloat16ToFloat(half: number): number {
  scratch.setUint32(0, (half << 16) >>> 0);
  return scratch.getFloat32(0);
}

/** From 65520 on, the nearest half is infinity. */
export function floatToHalf(value: number): number {
  const bits = bitsOf(value);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 65520 = 2^16 - 2^4 is the midpoint between 65504 and the next step: it and all larger numbers round to infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Subnormal: a multiple of 2^-24. Up to 2^-25 (inclusive, a tie with even 0) the result is 0.
    if (magnitude <= 0x33000000) return sign;
    const shift = 126 - (magnitude >>> 23);
    return sign | roundShift((magnitude & 0x7fffff) | 0x800000, shift);
  }
  // A carry out of the fraction increments the exponent, which is correct rounding to the next power of two.
  return sign | roundShift(magnitude - (112 << 23), 13);
}

/** A NaN stays a NaN; its fraction could otherwise round to that of infinity. */
export function floatToBfloat16(value: number): number {
  const bits = bitsOf(value);
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40;
  return roundShift(bits, 16);
}

/** bits / 2^shift, rounded to nearest, ties to even. */
function roundShift(bits: number, shift: number): number {
  const half = 2 ** (shift - 1);
  const whole = Math.floor(bits / 2 ** shift);
  const rest = bits - whole * 2 ** shift;
  return rest > half || (rest === half && whole % 2 === 1) ? whole + 1 : whole;
}

let halves: Float32Array | undefined;

/** Words of a 16-bit precision widened to floats, exactly. */
export function widened(words: Uint16Array, precision: 'bf16' | 'f16'): Float32Array<ArrayBuffer> {
  const values = new Float32Array(words.length);
  if (precision === 'bf16') {
    const bits = new Uint32Array(values.buffer);
    for (let i = 0; i < words.length; i++) bits[i] = (words[i] ?? 0) << 16;
    return values;
  }
  const table = (halves ??= Float32Array.from({ length: 0x10000 }, (_, half) => halfToFloat(half)));
  for (let i = 0; i < words.length; i++) values[i] = table[words[i] ?? 0] ?? 0;
  return values;
}

/**
 * Floats rounded to a 16-bit precision.
 *
 * @param where the values' name, for messages
 * @throws StudioError `input` if a finite value would become infinite
 */
export function narrowed(values: Float32Array, precision: 'bf16' | 'f16', where: string): Uint16Array<ArrayBuffer> {
  const [narrow, widen, infinite] =
    precision === 'f16' ? [floatToHalf, halfToFloat, 0x7c00] : [floatToBfloat16, bfloat16ToFloat, 0x7f80];
  const words = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    const word = narrow(value);
    if ((word & 0x7fff) === infinite && Number.isFinite(value)) {
      throw new StudioError(
        'input',
        `${where}: element ${i} is ${value}, more than ${precision.toUpperCase()} can hold (${widen(infinite - 1)}).`,
        'Choose another precision.',
      );
    }
    words[i] = word;
  }
  return words;
}

/**
 * Values of one precision in another; the same array if the precisions are equal. @throws StudioError `input` as
 * `narrowed`
 */
export function converted(values: WeightValues, from: Precision, to: Precision, where: string): WeightValues {
  if (from === to) return values;
  const floats = values instanceof Float32Array ? values : widened(values, from === 'f16' ? 'f16' : 'bf16');
  return to === 'f32' ? floats : narrowed(floats, to, where);
}

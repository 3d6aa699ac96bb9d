/** Whether a wrong sum, difference or product is what column arithmetic gives with a carry left out or added. */

export type Operator = '+' | '-' | '*';

/** Digits from the units up. */
const digitsOf = (number: bigint): number[] => [...String(number)].reverse().map(Number);
const size = (number: bigint): bigint => (number < 0n ? -number : number);

export function applied(a: bigint, operator: Operator, b: bigint): bigint {
  return operator === '*' ? a * b : operator === '-' ? a - b : a + b;
}

/**
 * Whether `found`, which is not the result, has its sign and differs by carries alone: in a sum or difference, carries
 * or borrows that were forgotten, or made where there are none; in a product with a one-digit number, forgotten ones.
 */
export function differsByCarries(a: bigint, operator: Operator, b: bigint, found: bigint): boolean {
  const result = applied(a, operator, b);
  if (found === result || found < 0n !== result < 0n) return false;
  const [x, y] = [size(a), size(b)];
  if (operator === '*') return productsWithoutCarries(x, y).has(size(found));
  const second = operator === '-' ? -b : b;
  const [larger, smaller] = x >= y ? [x, y] : [y, x];
  const adds = a === 0n || second === 0n || a < 0n === second < 0n;
  return differsByColumnCarries(larger, smaller, adds, size(found) - size(result));
}

/**
 * The difference as a sum of +-10^column, with one sign per column: a carry into it that exists was left out, or one
 * that does not was added. Such a sum has one form, found from the units up.
 */
function differsByColumnCarries(larger: bigint, smaller: bigint, adds: boolean, difference: bigint): boolean {
  const [x, y] = [digitsOf(larger), digitsOf(smaller)];
  let carry = 0;
  let left = difference;
  // Into the units there is none; a sum may carry into one column more, from which a difference cannot borrow.
  for (let column = 1; column < x.length + (adds ? 1 : 0); column++) {
    const [above, below] = [x[column - 1] ?? 0, y[column - 1] ?? 0];
    carry = (adds ? above + below + carry >= 10 : above - below - carry < 0) ? 1 : 0;
    if (left % 10n !== 0n) return false;
    left /= 10n;
    const change = (carry === 1) === adds ? -1n : 1n;
    if ((left - change) % 10n === 0n) left -= change;
  }
  return left === 0n;
}

/** Longest factor whose subsets of carries are enumerated. */
const MOST_DIGITS = 8;

/** What multiplying by a one-digit number gives when some carries are forgotten; empty for other factors. */
function productsWithoutCarries(a: bigint, b: bigint): Set<bigint> {
  const [long, short] = a >= b ? [a, b] : [b, a];
  const digits = digitsOf(long);
  const results = new Set<bigint>();
  if (short > 9n || digits.length < 2 || digits.length > MOST_DIGITS) return results;
  const factor = Number(short);
  // Bit i of `forgotten`: the carry out of column i, of which the last one is written down with its column.
  for (let forgotten = 1; forgotten < 2 ** (digits.length - 1); forgotten++) {
    let [carry, product] = [0, 0n];
    for (const [column, digit] of digits.entries()) {
      const sum = digit * factor + carry;
      const last = column === digits.length - 1;
      product += BigInt(last ? sum : sum % 10) * 10n ** BigInt(column);
      carry = ((forgotten >> column) & 1) === 1 ? 0 : Math.floor(sum / 10);
    }
    results.add(product);
  }
  return results;
}

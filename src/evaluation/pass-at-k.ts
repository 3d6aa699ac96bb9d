/** pass@k: the chance that at least one of k responses is correct, estimated from n responses of which c are. */

/**
 * The unbiased estimate of Chen et al. 2021 (arXiv 2107.03374, equation 1),
 *
 *   pass@k = 1 - C(n - c, k) / C(n, k) = 1 - product over i from n - c + 1 to n of (1 - k / i),
 *
 * as the product, in which nothing overflows. It is the share of the subsets of k responses that have a correct one.
 *
 * @param n responses, at least k
 * @param c of them correct
 */
export function passAtK(n: number, c: number, k: number): number {
  checkCounts(n, c, k);
  if (n - c < k) return 1;
  let none = 1;
  for (let i = n - c + 1; i <= n; i++) none *= 1 - k / i;
  return 1 - none;
}

function checkCounts(n: number, c: number, k: number): void {
  const valid = [n, c, k].every(Number.isInteger) && c >= 0 && c <= n && k >= 1 && k <= n;
  if (!valid) throw new RangeError(`pass@${k} of ${n} responses, ${c} of them correct`);
}

/** The values of k that are reported for n responses: 1, 2, 4, ... and n. */
export function reportedK(n: number): number[] {
  const ks: number[] = [];
  for (let k = 1; k < n; k *= 2) ks.push(k);
  return n < 1 ? [] : [...ks, n];
}

/**
 * Kernel choices as if remembered from an earlier visit, for tests that do not test the tuner: variants that compile
 * quickly.
 */

/** By the tuner's question, as literals, because browser tests also read this file and cannot load the kernels. */
export const SETTLED_CHOICES: ReadonlyMap<string, string> = new Map([
  ['attention', 'row'],
  ...['nt', 'nn', 'tn'].flatMap((form): [string, string][] => [
    [`matmul ${form} few rows`, 'direct-4x4'],
    [`matmul ${form} many rows`, 'direct-8x8'],
  ]),
]);

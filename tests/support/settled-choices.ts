/**
 * Choices of kernels as if remembered from an earlier visit, where measuring is not what a test is about: variants that
 * compile quickly.
 */

/** By the tuner's question, in words: browser tests read this too, which cannot load the kernels. */
export const SETTLED_CHOICES: ReadonlyMap<string, string> = new Map([
  ['attention', 'row'],
  ...['nt', 'nn', 'tn'].flatMap((form): [string, string][] => [
    [`matmul ${form} few rows`, 'direct-4x4'],
    [`matmul ${form} many rows`, 'direct-8x8'],
  ]),
]);

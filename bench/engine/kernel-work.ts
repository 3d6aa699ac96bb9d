/**
 * Multiply-adds of a training step's kernels, by the label they carry: what turns a profile's times into rates. Kernels that do
 * no sums of products (norms, rotary positions, softmax, optimizer) have none.
 */
import type { Size } from '../sizes.ts';

export type KernelGroup = 'matrix products' | 'attention' | 'head' | 'other';

const starts = (label: string, name: string) => label === name || label.startsWith(`${name} `);

/** The group that a kernel counts to. */
export function groupOf(label: string): KernelGroup {
  if (label.startsWith('attention')) return 'attention';
  if (['logits', 'log-probs', 'd logits', 'd final normed', 'd head', 'head'].some((name) => starts(label, name))) return 'head';
  return / (nt|nn|tn) /.test(`${label} `) ? 'matrix products' : 'other';
}

/** Of all calls in a step together. @returns undefined for kernels without sums of products */
export function multiplyAddsOf(label: string, { hidden, layers, intermediate, vocabulary, batch, length }: Size): number | undefined {
  if (label.endsWith(' sum')) return undefined;
  const rows = batch * length;
  // Token pairs that a causal mask leaves, over all heads: what a dot product of one head costs is hidden / heads, times heads.
  const pairs = ((length * (length + 1)) / 2) * batch * hidden;
  const all: [name: string, multiplyAdds: number][] = [
    // Forward: q k and p v. Backward for queries: q k again, dO v, dS k; for keys and values: q k again, dO v again, p dO, dS q.
    ['attention backward_q', 3 * pairs * layers],
    ['attention backward_kv', 4 * pairs * layers],
    ['attention', 2 * pairs * layers],
    ['qkv', rows * hidden * 3 * hidden * layers],
    ['d qkv', rows * hidden * 3 * hidden * layers],
    ['d input normed', rows * hidden * 3 * hidden * layers],
    ['output', rows * hidden * hidden * layers],
    ['d output', rows * hidden * hidden * layers],
    ['d attended', rows * hidden * hidden * layers],
    ['gate and up', rows * hidden * 2 * intermediate * layers],
    ['d gate and up', rows * hidden * 2 * intermediate * layers],
    ['d middle normed', rows * hidden * 2 * intermediate * layers],
    ['down', rows * hidden * intermediate * layers],
    ['d down', rows * hidden * intermediate * layers],
    ['d inner', rows * hidden * intermediate * layers],
    ['logits', rows * hidden * vocabulary],
    ['d final normed', rows * hidden * vocabulary],
    ['d head', rows * hidden * vocabulary],
  ];
  return all.find(([name]) => starts(label, name))?.[1];
}

/** Kernels of a training step by group, and their multiply-adds at a size. */
import { multiplyAddsOf as workOf } from '../../src/model/kernel-work.ts';
import type { Size } from '../sizes.ts';

export type KernelGroup = 'matrix products' | 'attention' | 'head' | 'other';

const starts = (label: string, name: string) => label === name || label.startsWith(`${name} `);

/** The group of a kernel. */
export function groupOf(label: string): KernelGroup {
  if (label.startsWith('attention')) return 'attention';
  if (['logits', 'log-probs', 'd logits', 'd final normed', 'd head', 'head'].some((name) => starts(label, name)))
    return 'head';
  return / (nt|nn|tn) /.test(`${label} `) ? 'matrix products' : 'other';
}

/** Multiply-adds of all calls in a step. @returns undefined for kernels without sums of products */
export function multiplyAddsOf(
  label: string,
  { hidden, layers, heads, intermediate, vocabulary, batch, length }: Size,
): number | undefined {
  const rows = batch * length;
  const config = {
    hiddenSize: hidden,
    layers,
    heads,
    keyValueHeads: heads,
    headDimension: hidden / heads,
    intermediateSize: intermediate,
    vocabularySize: vocabulary,
    gated: true,
  };
  return workOf(label, config, { rows, targets: rows, pairs: ((length * (length + 1)) / 2) * batch });
}

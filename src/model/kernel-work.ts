/**
 * Multiply-adds of a model's kernels by label, which turn a profile's times into rates. Kernels without sums of
 * products (norms, rotary positions, softmax, optimizer) have none; small kernels around a matmul (bias, adapters,
 * partial sums) are not counted.
 */
import type { ModelConfig } from './spec/model-config.ts';

export type WorkConfig = Pick<
  ModelConfig,
  'hiddenSize' | 'layers' | 'heads' | 'keyValueHeads' | 'headDimension' | 'intermediateSize' | 'vocabularySize'
> & { gated: boolean };

/** The amount of data that the work processed. */
export interface WorkShape {
  /** Tokens that went through the layers. */
  rows: number;
  /** Tokens that went through the head. */
  targets: number;
  /** Pairs of a query and a key that it attends to. */
  pairs: number;
}

const starts = (label: string, name: string) => label === name || label.startsWith(`${name} `);

/** Total over all calls in the work. @returns undefined for kernels without sums of products */
export function multiplyAddsOf(
  label: string,
  config: WorkConfig,
  { rows, targets, pairs }: WorkShape,
): number | undefined {
  const { hiddenSize, layers, heads, keyValueHeads, headDimension, intermediateSize, vocabularySize, gated } = config;
  const attended = heads * headDimension;
  // Cost of one dot product per head, over all pairs of all layers.
  const dots = pairs * attended * layers;
  if (label.startsWith('attention')) {
    // Forward: q k and p v. Backward for queries: q k again, dO v, dS k; for keys and values: q k again, dO v again, p
    // dO, dS q.
    if (label === 'attention backward_q') return 3 * dots;
    if (label === 'attention backward_kv') return 4 * dots;
    return 2 * dots;
  }
  // Matrix products name their form: x W^T, dy W, dy^T x. Each costs the same for a weight.
  if (!/ (nt|nn|tn) /.test(`${label} `) || label.includes(' lora ')) return undefined;
  const weights: [name: string, size: number, count: number][] = [
    ['qkv', hiddenSize * (heads + 2 * keyValueHeads) * headDimension, rows * layers],
    ['output', attended * hiddenSize, rows * layers],
    ['gate and up', hiddenSize * (gated ? 2 : 1) * intermediateSize, rows * layers],
    ['down', intermediateSize * hiddenSize, rows * layers],
    ['logits', hiddenSize * vocabularySize, targets],
    ['decode logits', hiddenSize * vocabularySize, targets],
    ['final normed', hiddenSize * vocabularySize, targets],
    ['head', hiddenSize * vocabularySize, targets],
  ];
  const product = label.replace(/^d /, '');
  const found = weights.find(([name]) => starts(product, name));
  return found && found[1] * found[2];
}

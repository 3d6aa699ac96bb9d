/**
 * The place of LoRA matrices in the trained store. Weights that kernels use together (q, k, v) are also adapted
 * together: their As are stacked as one [S R, in] matrix, with S the number of adapted modules among them and R the
 * padded rank; their Bs form one [out, S R] matrix in which each module has the rows of its outputs and its own R
 * columns:
 *
 *        q  [ Bq  0  0  ]
 *        k  [ 0  Bk  0  ]      so that  x A^T B^T  is every module's own product in two
 *        v  [ 0   0  Bv ]
 *
 * The zero blocks have no gradient (lora.wgsl), and so stay 0.
 */
import type { ModelConfig } from '../spec/model-config.ts';
import { LINEARS, type LayerLora, type LinearName, type Mapping, type Region } from './region.ts';
import { loraModules, type LoraConfig } from './lora-tensors.ts';
import { paddedLength, type Part } from '../spec/tensors.ts';

/**
 * @param parts the base's weights by key
 * @param take allocates a matrix in the trained store
 */
export function loraLayout(
  config: ModelConfig,
  lora: LoraConfig,
  parts: ReadonlyMap<string, Part>,
  take: (rows: number, columns: number) => Region,
): { layers: LayerLora[]; tensors: Map<string, Mapping> } {
  const tensors = new Map<string, Mapping>();
  const modules = loraModules(config, lora);
  const layers = Array.from({ length: config.layers }, (_, layer): LayerLora => {
    const regions: LayerLora = {};
    for (const [linear, weights] of Object.entries(LINEARS) as [LinearName, readonly string[]][]) {
      const keys = weights.map((weight) => `${layer}.${weight}`).filter((key) => parts.has(key));
      const adapted = modules.filter(({ weight }) => weight.parts.some(({ key }) => keys.includes(key)));
      const [one] = adapted;
      if (!one) continue;
      const rank = paddedLength((one.a.parts as [Part])[0].rows);
      const width = adapted.length * rank;
      const inputs = paddedLength((one.a.parts as [Part])[0].columns);
      const firstRow = new Map<string, number>();
      let rows = 0;
      for (const key of keys) {
        firstRow.set(key, rows);
        rows += paddedLength((parts.get(key) as Part).rows);
      }
      const a = take(width, inputs);
      const b = take(rows, width);
      const slots = adapted.map(({ weight, a: down, b: up }, slot) => {
        tensors.set(down.name, {
          shape: down.shape,
          trained: true,
          placed: down.parts.map((part) => ({ part, region: a, first: slot * rank, column: 0 })),
        });
        const firsts = weight.parts.map(({ key }) => firstRow.get(key) ?? NaN);
        tensors.set(up.name, {
          shape: up.shape,
          trained: true,
          placed: up.parts.map((part, i) => ({ part, region: b, first: firsts[i] ?? NaN, column: slot * rank })),
        });
        // The weights of a module are consecutive.
        return { first: firsts[0] ?? NaN, end: (firsts.at(-1) ?? NaN) + paddedLength((up.parts.at(-1) as Part).rows) };
      });
      regions[linear] = { a, b, slots, scale: lora.alpha / lora.rank };
    }
    return regions;
  });
  return { layers, tensors };
}

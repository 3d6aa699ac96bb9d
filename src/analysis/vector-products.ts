/** Products of gradients and updates on the GPU (compare-gradients.wgsl): each is a sum over all trained weights. */
import compareSource from '../../shaders/objective/compare-gradients.wgsl?raw';
import type { Gpu } from '../gpu/device.ts';
import { Plan, submit } from '../gpu/kernel.ts';
import { Readback } from '../gpu/readback.ts';
import { common } from '../model/records.ts';
import { VectorSums } from '../objective/records.ts';

/** Workgroups of a product; the host adds up their sums. */
const PARTS = 256;

/** Buffers in the trained store's layout. */
export interface ComparedVectors {
  /** One gradient per strategy. */
  gradients: readonly GPUBuffer[];
  /** The gradient that the updates are multiplied with. */
  gradient: GPUBuffer;
  /** The weights before all updates, and after each strategy's. */
  before: GPUBuffer;
  after: readonly GPUBuffer[];
}

export interface GradientPairs {
  norms: number[];
  /** `[i][j]`; NaN where one of the two was not compared. */
  cosine: number[][];
  /** Share of the weights for which both gradients have the same sign, of those for which neither is 0. */
  signAgreement: number[][];
}

export class VectorProducts {
  private readonly sums: GPUBuffer;
  private readonly readback: Readback;
  /** [i, j], for j >= i. */
  private pairPlans: Plan<undefined>[][] = [];
  private alongPlans: Plan<undefined>[] = [];

  constructor(private readonly gpu: Gpu) {
    this.sums = gpu.buffer('gradient sums', PARTS * VectorSums.bytes);
    this.readback = new Readback(gpu, 'gradient sums', PARTS * VectorSums.bytes);
  }

  async plan({ gradients, gradient, before, after }: ComparedVectors): Promise<void> {
    const planned = async (flag: 'PAIR' | 'ALONG', entryPoint: string, vectors: GPUBuffer[]) => {
      const plan = new Plan<undefined>(this.gpu);
      await plan.add(
        {
          label: `compare ${entryPoint}`,
          source: common + VectorSums.wgsl + compareSource,
          constants: { PARTS, PAIR: 0, ALONG: 0, [flag]: 1 },
          entryPoint,
        },
        [...vectors, this.sums],
        () => [PARTS, 1, 1],
      );
      return plan;
    };
    for (const [i, first] of gradients.entries()) {
      const row: Plan<undefined>[] = [];
      for (const second of gradients.slice(i)) row.push(await planned('PAIR', 'pair', [first, second]));
      this.pairPlans.push(row);
    }
    for (const updated of after) this.alongPlans.push(await planned('ALONG', 'along', [gradient, before, updated]));
  }

  /** @param compared the gradients to compare; the others may not be finite */
  async pairs(compared: readonly boolean[]): Promise<GradientPairs> {
    const table = () => compared.map(() => new Array<number>(compared.length).fill(NaN));
    const [products, signAgreement] = [table(), table()];
    for (const [i, row] of this.pairPlans.entries()) {
      for (const [offset, plan] of row.entries()) {
        const j = i + offset;
        if (!compared[i] || !compared[j]) continue;
        const { product, sameSign, bothNonzero } = await this.run(plan);
        for (const [a, b] of [
          [i, j],
          [j, i],
        ] as const) {
          (products[a] as number[])[b] = product;
          (signAgreement[a] as number[])[b] = bothNonzero > 0 ? sameSign / bothNonzero : NaN;
        }
      }
    }
    const norms = products.map((row, i) => Math.sqrt(row[i] ?? NaN));
    return {
      norms,
      cosine: products.map((row, i) => row.map((product, j) => product / ((norms[i] ?? NaN) * (norms[j] ?? NaN)))),
      signAgreement,
    };
  }

  /** The gradient times update i: the first-order change of the loss by that update. */
  async along(i: number): Promise<number> {
    const plan = this.alongPlans[i];
    if (!plan) throw new Error(`no update ${i}`);
    return (await this.run(plan)).product;
  }

  private async run(plan: Plan<undefined>): Promise<Record<'product' | 'sameSign' | 'bothNonzero', number>> {
    submit(this.gpu, (pass) => plan.encode(pass, undefined));
    const parts = VectorSums.over(
      await this.readback.read([{ source: this.sums, offset: 0, bytes: PARTS * VectorSums.bytes }]),
    );
    const total = (field: 'product' | 'sameSign' | 'bothNonzero') => {
      let sum = 0;
      for (let part = 0; part < PARTS; part++) sum += parts.number(part, field);
      return sum;
    };
    return { product: total('product'), sameSign: total('sameSign'), bothNonzero: total('bothNonzero') };
  }

  destroy(): void {
    this.readback.destroy();
    for (const plan of [...this.pairPlans.flat(), ...this.alongPlans]) plan.destroy();
    this.gpu.release(this.sums);
  }
}

/**
 * Variants of a kernel: texts that compute the same, each fast on some adapters.
 *
 * All variants of a kernel add up the same terms in the same order, so that a choice between them changes speed and no
 * bit of a result. Code that plans a kernel knows no variant by name: it asks the kernel's list (matmul.ts and
 * attention.ts in this folder). Variants for adapters that compute on the CPU are in `software-adapter/`.
 */
import type { Candidate } from '../../../gpu/candidates.ts';
import type { Gpu, KernelSource } from '../../../gpu/device.ts';
import type { Grid } from '../../../gpu/kernel.ts';

/**
 * `Shape` is what a variant must be able to handle, `Work` one kernel of it, and `Size` what its dispatch depends on.
 */
export interface Variant<Shape, Work, Size> {
  /** What the tuner remembers and plans show; a new name makes remembered choices void. */
  readonly name: string;
  /** What it costs to compile on a software adapter. */
  readonly compile: Candidate['compile'];
  /** Whether it runs on this kind of adapter, with the features that it has. */
  runsOn(gpu: Gpu): boolean;
  /** Whether it is written for such a shape. */
  handles(shape: Shape): boolean;
  /** Whether it is worth measuring on this adapter, of the variants that run there and handle the shape. */
  isCandidate(gpu: Gpu, shape: Shape): boolean;
  kernel(work: Work): Omit<KernelSource, 'label'>;
  /** Workgroups of the dispatch. */
  grid(size: Size): Grid;
}

/** Whether lanes are computed by the CPU, and can exchange values in quads. */
export const hasSoftwareQuads = ({ options, device }: Gpu): boolean =>
  options.variants === 'software' && device.features.has('subgroups');

/** The variants of a list that run on this adapter and handle the shape; tests force each of them. */
export function variantsFor<Shape, V extends Variant<Shape, never, never>>(
  list: readonly V[],
  gpu: Gpu,
  shape: Shape,
): V[] {
  return list.filter((variant) => variant.runsOn(gpu) && variant.handles(shape));
}

/** Those of them that are worth measuring. */
export function candidatesFor<Shape, V extends Variant<Shape, never, never>>(
  list: readonly V[],
  gpu: Gpu,
  shape: Shape,
): V[] {
  return variantsFor(list, gpu, shape).filter((variant) => variant.isCandidate(gpu, shape));
}

/** @throws Error if the list has no variant of that name */
export function variantNamed<V extends Pick<Variant<never, never, never>, 'name'>>(
  list: readonly V[],
  name: string,
): V {
  const variant = list.find((one) => one.name === name);
  if (!variant) throw new Error(`no variant ${name}, expected one of ${list.map((one) => one.name).join(', ')}`);
  return variant;
}

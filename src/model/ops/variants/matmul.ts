/** The list of a matrix product's variants. */
import type { Gpu } from '../../../gpu/device.ts';
import { directVariants } from './matmul-direct.ts';
import { tiledVariant } from './matmul-tiled.ts';
import type { MatmulVariant, ProductShape } from './matmul-variant.ts';
import { panelVariant } from './software-adapter/panel-matmul.ts';
import { candidatesFor, variantNamed, variantsFor } from './variant.ts';

/** Of those that compile quickly, the first that is a candidate is the one that software adapters begin with. */
const VARIANTS: readonly MatmulVariant[] = [...directVariants, tiledVariant, panelVariant];

export const matmulVariants = (gpu: Gpu, shape: ProductShape): MatmulVariant[] => variantsFor(VARIANTS, gpu, shape);

export const matmulCandidates = (gpu: Gpu, shape: ProductShape): MatmulVariant[] => candidatesFor(VARIANTS, gpu, shape);

/** @throws Error if there is none */
export const matmulVariant = (name: string): MatmulVariant => variantNamed(VARIANTS, name);

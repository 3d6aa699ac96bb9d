/** The recipes of papers, in the order of the page. */
import { CE_GPPO_1_5B, CE_GPPO_7B } from './ce-gppo.ts';
import { CISPO } from './cispo.ts';
import { DAPO } from './dapo.ts';
import { DR_GRPO } from './dr-grpo.ts';
import { GRPO } from './grpo.ts';
import { GSPO } from './gspo.ts';
import { KLEAR_REASONER } from './klear-reasoner.ts';
import type { Recipe } from './recipe.ts';

export const RECIPES: readonly Recipe[] = [KLEAR_REASONER, CE_GPPO_1_5B, CE_GPPO_7B, DAPO, GRPO, DR_GRPO, CISPO, GSPO];

/** Papers that the claims are from. */
import { cite } from '../run/recipes/recipe.ts';

export { cegppoPaper } from '../run/recipes/sources.ts';

export const klearPaper = cite({ title: 'Klear-Reasoner', url: 'https://arxiv.org/abs/2508.07629' });

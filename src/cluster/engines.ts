/** The trainers that a recipe is exported for. */

export type Engine = 'verl' | 'trl';
export const ENGINES: readonly Engine[] = ['verl', 'trl'];

/**
 * Limits of a rendering: a template is an untrusted file, and must not be able to hang the page or fill its memory.
 *
 * Rendering is synchronous, so that one variable holds the count of the rendering that runs.
 */
import { TemplateError } from './values.ts';

/** Maximum number of evaluated statements, expressions and items per rendering; real templates take some thousands. */
const MOST_STEPS = 1_000_000;
/** Maximum number of characters of a text, and of items of a list. */
export const LONGEST = 1_000_000;

let steps = 0;
/** Characters of all texts that were made; a longer total than this is no conversation. */
let characters = 0;
const MOST_CHARACTERS = 200_000_000;

/** Runs a rendering with a fresh budget. */
export function withBudget<T>(render: () => T): T {
  const before: [number, number] = [steps, characters];
  [steps, characters] = [0, 0];
  try {
    return render();
  } finally {
    [steps, characters] = before;
  }
}

/** @throws TemplateError if the rendering has taken too many steps */
export function charge(count = 1): void {
  steps += count;
  if (steps > MOST_STEPS) throw new TemplateError('it does not terminate');
}

/** To be called before a text of this length is made. @throws TemplateError if it is too long */
export function chargeText(length: number): void {
  if (!(length <= LONGEST)) throw new TemplateError(`its text of ${length} characters is too long`);
  characters += length;
  if (characters > MOST_CHARACTERS) throw new TemplateError('it does not terminate');
}

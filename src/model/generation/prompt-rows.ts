/** Places the prompts of a batch in the prompt cache, and cuts them into prefill passes. */
import { Row, Slot } from '../records.ts';

/**
 * The first round's rows and slots: every sequence at the last token of its prompt, whose other tokens are read from
 * the prompt cache. Equal prompts (the same array) share their place in it.
 *
 * @param longest maximum tokens of a prompt
 * @param capacity rows of the prompt cache
 * @returns `distinct`: the prompts to prefill, in the order of their places in the cache
 * @throws RangeError for prompts that the plans have no room for
 */
export function placePrompts(prompts: readonly (readonly number[])[], longest: number, capacity: number) {
  const rows = Row.array(prompts.length);
  const slots = Slot.array(prompts.length);
  const places = new Map<readonly number[], number>();
  let promptRows = 0;
  for (const [number, prompt] of prompts.entries()) {
    if (prompt.length === 0 || prompt.length > longest)
      throw new RangeError(`prompt of ${prompt.length} tokens, planned for 1 to ${longest}`);
    let place = places.get(prompt);
    if (place === undefined) {
      place = promptRows;
      places.set(prompt, place);
      promptRows += prompt.length - 1;
    }
    rows.set(number, { token: prompt.at(-1) ?? 0, position: prompt.length - 1, start: 0, end: 0 });
    slots.set(number, { sequence: number, promptFirst: place, promptLength: prompt.length - 1, spare: 0 });
  }
  if (promptRows > capacity)
    throw new RangeError(`${places.size} distinct prompts of ${promptRows} tokens, planned for ${capacity}`);
  return { rows, slots, distinct: [...places.keys()].filter((prompt) => prompt.length > 1) };
}

/**
 * Rows of all prompts without their last tokens, in passes of at most `capacity` rows.
 *
 * @returns per pass its rows, their number, and the row of the prompt cache that the first of them fills
 */
export function* prefillPasses(distinct: readonly (readonly number[])[], capacity: number) {
  for (let next = 0, first = 0; next < distinct.length;) {
    const rows = Row.array(capacity);
    let count = 0;
    for (let prompt = distinct[next]; prompt && count + prompt.length - 1 <= capacity; prompt = distinct[++next]) {
      const length = prompt.length - 1;
      for (let t = 0; t < length; t++)
        rows.set(count + t, { token: prompt[t] ?? 0, position: t, start: count, end: count + length });
      count += length;
    }
    yield { rows, count, first };
    first += count;
  }
}

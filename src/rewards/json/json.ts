/** Reward `json`: the response parses as JSON and matches a schema. */
import type { Reward } from '../grader.ts';
import { verdict } from '../verdict.ts';
import type { JsonReward } from './config.ts';
import { matches } from './matches.ts';

/** Deepest nesting of lists and objects that counts as an answer; a stack is finite. */
const DEEPEST = 256;

export function json({ schema = {}, code_fence, require_finished }: JsonReward): Reward {
  const right = (response: string): boolean => {
    const text = (code_fence ? lastFence(response) : undefined) ?? response;
    if (depth(text) > DEEPEST) return false;
    try {
      return matches(JSON.parse(text), schema);
    } catch (error) {
      if (error instanceof SyntaxError) return false;
      throw error;
    }
  };
  return {
    score: (responses) =>
      responses.map(({ response, finished }) => verdict((finished || !require_finished) && right(response))),
  };
}

/** The text of the last fence that is closed; undefined without one. A word after the opening backticks is skipped. */
function lastFence(response: string): string | undefined {
  const pieces = response.split('```');
  const closed = Math.floor((pieces.length - 1) / 2);
  return closed === 0 ? undefined : pieces[2 * closed - 1]?.replace(/^[ \t]*[\w+-]*[ \t]*\n/, '');
}

/** At least the depth of nesting; brackets in strings count as well. */
function depth(text: string): number {
  let [now, most] = [0, 0];
  for (const character of text) {
    if (character === '[' || character === '{') most = Math.max(most, ++now);
    else if (character === ']' || character === '}') now--;
  }
  return most;
}

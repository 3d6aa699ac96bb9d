/** Reward `format`: tags in order, exactly once each, with nothing outside of them; a \boxed{} answer. */
import { boxedContents } from '../boxed.ts';
import type { Reward } from '../grader.ts';
import type { FormatReward } from './config.ts';

export function format(config: FormatReward): Reward {
  return { score: (responses) => responses.map(({ response }) => ({ reward: hasFormat(response, config) ? 1 : 0 })) };
}

function hasFormat(response: string, { tags, opened, boxed }: FormatReward): boolean {
  const last = tags.length === 0 ? response : lastPart(opened ? `<${tags[0] ?? ''}>${response}` : response, tags);
  if (last === undefined) return false;
  if (!boxed) return true;
  const contents = boxedContents(last);
  return contents.length === 1 && contents[0]?.trim() !== '';
}

/** The text inside of the last tag; undefined if the tags are not as required. */
function lastPart(text: string, tags: readonly string[]): string | undefined {
  let at = 0;
  let inside: string | undefined;
  for (const tag of tags) {
    const [open, close] = [`<${tag}>`, `</${tag}>`];
    if (occurrences(text, open) !== 1 || occurrences(text, close) !== 1) return undefined;
    const [start, end] = [text.indexOf(open, at), text.indexOf(close, at)];
    if (start < 0 || end < start || text.slice(at, start).trim() !== '') return undefined;
    inside = text.slice(start + open.length, end);
    at = end + close.length;
  }
  return text.slice(at).trim() === '' ? inside : undefined;
}

const occurrences = (text: string, piece: string): number => text.split(piece).length - 1;

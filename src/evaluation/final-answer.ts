/** The final answer of a response, with which it votes in maj@k and cons@k. */
import type { RewardConfig } from '../rewards/config.ts';

/** @returns undefined for a response without one */
export type AnswerOf = (response: string) => string | undefined;

/**
 * As the first reward that has an answer reads it: the value for `number` (so that 1/2 and 0.5 are one answer), the
 * text without surrounding space for `exact`, the contents of the last tag or box for `format`. For a task without
 * rewards, the text after the last `=`, as its verifier reads it. Otherwise the whole response.
 */
export async function finalAnswer(rewards: readonly RewardConfig[] | undefined): Promise<AnswerOf> {
  if (!rewards) return (response) => textOrNone(response.slice(response.lastIndexOf('=') + 1));
  const number = rewards.find((reward) => reward.name === 'number');
  if (number) {
    const { responseNumber } = await import('../rewards/number/number.ts');
    return (response) => {
      const found = responseNumber(response, number);
      return found && (found.factor ? found.value.mul(found.factor) : found.value).toFraction();
    };
  }
  const exact = rewards.find((reward) => reward.name === 'exact');
  if (exact)
    return (response) => {
      const text = exact.strip ? textOrNone(response) : response;
      return exact.ignore_case ? text?.toLowerCase() : text;
    };
  const format = rewards.find((reward) => reward.name === 'format');
  if (format?.boxed) {
    const { boxedContents } = await import('../rewards/boxed.ts');
    return (response) => textOrNone(boxedContents(response).at(-1) ?? '');
  }
  const tag = format?.tags.at(-1);
  if (tag !== undefined) {
    const [open, close] = [`<${tag}>`, `</${tag}>`];
    return (response) => {
      const start = response.lastIndexOf(open);
      const end = response.indexOf(close, start);
      return start < 0 || end < 0 ? undefined : textOrNone(response.slice(start + open.length, end));
    };
  }
  return textOrNone;
}

const textOrNone = (text: string): string | undefined => text.trim() || undefined;

/** Ids against a model's vocabulary: a tokenizer may have more tokens than the model, which texts seldom contain. */
import { inputError } from '../errors.ts';
import type { Tokenizer } from './tokenizer.ts';

/**
 * @param vocabularySize of the model
 * @param where what was encoded, for messages
 * @throws StudioError `input` naming the first token that the model does not have
 */
export function checkTokenIds(
  ids: readonly number[],
  vocabularySize: number,
  tokenizer: Pick<Tokenizer, 'tokenText'>,
  where: string,
): void {
  const at = ids.findIndex((id) => id >= vocabularySize);
  const id = ids[at];
  if (id === undefined) return;
  throw inputError(
    where,
    `tokens.${at}: expected a token id from 0 to ${vocabularySize - 1}, found ${id}, ` +
      JSON.stringify(tokenizer.tokenText(id)),
  );
}

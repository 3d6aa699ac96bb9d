/** Reads a checkpoint's tokenizer.json. */
import { z } from 'zod';
import { inputError, StudioError } from '../errors.ts';
import { END, PAD, vocabularyTokenizer } from './character-tokenizer.ts';
import type { Tokenizer } from './tokenizer.ts';

const TokenizerJson = z.object({
  model: z.object({ type: z.string(), vocab: z.record(z.string(), z.number().int().min(0)) }),
});

/**
 * @param json text of tokenizer.json
 * @param where its name, for messages
 * @throws StudioError `input` when it is not a tokenizer, or is not one of single characters
 */
export function loadTokenizer(json: string, where: string): Tokenizer {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw inputError(where, `not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const type = typeof value === 'object' && value !== null && 'model' in value && typeof value.model === 'object' && value.model !== null && 'type' in value.model ? value.model.type : undefined;
  if (typeof type === 'string' && type !== 'WordLevel') throw new StudioError('input', `${where}: the tokenizer is of type ${type}; this version reads vocabularies of single characters.`);
  const parsed = TokenizerJson.safeParse(value);
  if (!parsed.success) throw inputError(where, `${parsed.error.issues[0]?.path.join('.') || 'model'}: ${parsed.error.issues[0]?.message ?? 'not a tokenizer'}`);
  const tokens: string[] = [];
  for (const [token, id] of Object.entries(parsed.data.model.vocab)) {
    if (tokens[id] !== undefined) throw inputError(where, `model.vocab: ${JSON.stringify(token)} and ${JSON.stringify(tokens[id])} have the same id ${id}`);
    if (id > 1_000_000) throw inputError(where, `model.vocab: id ${id} of ${JSON.stringify(token)} is out of range`);
    tokens[id] = token;
  }
  const gap = Array.from(tokens).findIndex((token) => token === undefined);
  if (gap >= 0 || tokens.length === 0) throw inputError(where, `model.vocab: no token has the id ${Math.max(0, gap)}`);
  for (const name of [PAD, END]) if (!tokens.includes(name)) throw new StudioError('input', `${where}: the vocabulary has no ${name} token; this version reads tokenizers that the studio wrote.`);
  const long = tokens.find((token) => token !== PAD && token !== END && Array.from(token).length !== 1);
  if (long !== undefined) throw new StudioError('input', `${where}: the vocabulary has the token ${JSON.stringify(long)}; this version reads vocabularies of single characters.`);
  return vocabularyTokenizer(tokens, 'text');
}

/** Loads a checkpoint's tokenizer: the studio's own character tokenizer, or that of a published model. */
import { inputError, StudioError } from '../errors.ts';
import { END, PAD, vocabularyTokenizer } from './character-tokenizer.ts';
import { isFields, parseFields, type TextFile } from './tokenizer-config.ts';
import type { Tokenizer } from './tokenizer.ts';

/**
 * @param files of the checkpoint's folder; tokenizer.json among them
 * @param endTokens ids that end a text by generation_config.json or config.json
 * @param where the folder, for messages
 * @throws StudioError `input` if it is not a tokenizer, or an unsupported one
 */
export async function loadTokenizer(
  files: readonly TextFile[],
  endTokens: readonly number[],
  where: string,
): Promise<Tokenizer> {
  const json = files.find(({ path }) => path === 'tokenizer.json')?.text;
  if (json === undefined) throw inputError(where, 'tokenizer.json is missing');
  const place = `${where}/tokenizer.json`;
  const fields = parseFields(json, place);
  if (isCharacterTokenizer(fields)) return loadCharacterTokenizer(json, place);
  // Needed for published models only.
  const { huggingFaceTokenizer } = await import('./hugging-face-tokenizer.ts');
  return huggingFaceTokenizer(fields, files, endTokens, where);
}

/** Whether it is a file of the studio's own: a WordLevel model of single characters with `<pad>` and `<end>`. */
function isCharacterTokenizer({
  model,
  pre_tokenizer: step,
  normalizer,
  added_tokens: added,
}: Record<string, unknown>): boolean {
  if (!isFields(model) || model['type'] !== 'WordLevel' || model['unk_token'] !== PAD) return false;
  const pattern = isFields(step) && step['type'] === 'Split' ? step['pattern'] : undefined;
  const single = isFields(pattern) && pattern['Regex'] === '[\\s\\S]' && isFields(step) && step['invert'] === false;
  const { vocab } = model;
  if (!single || (normalizer ?? null) !== null || !isFields(vocab) || !(PAD in vocab) || !(END in vocab)) return false;
  const contents = Array.isArray(added)
    ? added.map((token: unknown) => (isFields(token) ? token['content'] : token))
    : [];
  return [...Object.keys(vocab), ...contents].every(
    (token) => token === PAD || token === END || (typeof token === 'string' && Array.from(token).length === 1),
  );
}

/** @param where the file, for messages */
export function loadCharacterTokenizer(json: string, where: string): Tokenizer {
  const { model } = parseFields(json, where);
  const vocab = isFields(model) ? model['vocab'] : undefined;
  if (!isFields(vocab)) throw inputError(where, 'model.vocab: expected an object of token ids');
  const tokens: string[] = [];
  for (const [token, id] of Object.entries(vocab)) {
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id > 1_000_000)
      throw inputError(where, `model.vocab: the id of ${JSON.stringify(token.slice(0, 40))} is out of range`);
    if (tokens[id] !== undefined)
      throw inputError(
        where,
        `model.vocab: ${JSON.stringify(token)} and ${JSON.stringify(tokens[id])} have the same id ${id}`,
      );
    tokens[id] = token;
  }
  const gap = Array.from(tokens).findIndex((token) => token === undefined);
  if (gap >= 0 || tokens.length === 0)
    throw inputError(where, `model.vocab: expected consecutive ids from 0, found none with id ${Math.max(0, gap)}`);
  for (const name of [PAD, END])
    if (!tokens.includes(name))
      throw new StudioError('input', `${where}: expected a ${name} token in the vocabulary of a WordLevel tokenizer.`);
  const long = tokens.find((token) => token !== PAD && token !== END && Array.from(token).length !== 1);
  if (long !== undefined)
    throw new StudioError(
      'input',
      `${where}: expected single characters as tokens (WordLevel), found ${JSON.stringify(long.slice(0, 40))}.`,
    );
  return vocabularyTokenizer(tokens, 'text');
}

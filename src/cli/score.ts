/** `score`: log-probs and entropies of given tokens or texts. */
import { inputError } from '../errors.ts';
import { parseJsonText } from '../json-text.ts';
import type { ModelCheckpoint } from '../checkpoint/checkpoint.ts';
import { scoreSequences } from '../model/training/scoring.ts';
import { encodeText } from '../text/examples.ts';
import { loadTokenizer } from '../text/load-tokenizer.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import { checkPositionals, readArguments, required } from './arguments.ts';
import { readText, writeWhole } from './files.ts';
import { checkVocabulary, createModel, readModelFiles } from './load-model.ts';
import { openNodeGpu } from './node-gpu.ts';

export async function score(args: string[]): Promise<void> {
  const given = readArguments('score', args, ['model', 'adapter', 'input', 'output']);
  checkPositionals(given, 'score', 0);
  const input = required(given, 'score', 'input');
  const output = required(given, 'score', 'output');
  const files = await readModelFiles(given, 'score');
  const sequences = await readSequences(await readText(input), input, files.checkpoint);
  const { gpu, tuner } = await openNodeGpu();
  try {
    const model = await createModel(gpu, files, { trained: false });
    const scores = await scoreSequences(model, tuner, sequences);
    await writeWhole(output, scores.map((one) => `${JSON.stringify(one)}\n`).join(''));
  } finally {
    gpu.destroy();
  }
}

async function readSequences(text: string, where: string, checkpoint: ModelCheckpoint): Promise<number[][]> {
  const lines = text.split('\n').map((line, i) => ({ line, place: `${where}: line ${i + 1}` }));
  const sequences: number[][] = [];
  // Loaded for the first line of text; token ids need no tokenizer.
  let tokenizer: Tokenizer | undefined;
  for (const { line, place } of lines) {
    if (line.trim() === '') continue;
    const value = readLine(parseJsonText(line, place), place);
    if ('text' in value) tokenizer ??= await tokenizerOf(checkpoint, place);
    const encoded = 'text' in value && tokenizer ? encodeText(tokenizer, value.text).tokens : undefined;
    if (encoded && tokenizer) checkVocabulary(encoded, place, checkpoint, tokenizer);
    const tokens = encoded ?? ('tokens' in value ? value.tokens : []);
    if (tokens.length === 0)
      throw inputError(place, `${'text' in value ? 'text' : 'tokens'}: expected at least one token`);
    sequences.push(checkTokens(tokens, place, checkpoint));
  }
  if (sequences.length === 0) throw inputError(where, 'expected at least one line, {"tokens": [..]} or {"text": ".."}');
  return sequences;
}

function readLine(value: unknown, place: string): { text: string } | { tokens: unknown[] } {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw inputError(place, 'expected an object, {"tokens": [..]} or {"text": ".."}');
  const fields = value as Record<string, unknown>;
  const unknown = Object.keys(fields).find((name) => name !== 'tokens' && name !== 'text');
  if (unknown !== undefined) throw inputError(place, `${unknown}: unknown field; expected tokens or text`);
  const { tokens, text } = fields;
  if ('tokens' in fields === 'text' in fields) throw inputError(place, 'expected either tokens or text');
  if ('text' in fields) {
    if (typeof text !== 'string') throw inputError(place, `text: expected a string, found ${typeof text}`);
    return { text };
  }
  if (!Array.isArray(tokens)) throw inputError(place, `tokens: expected a list of token ids, found ${typeof tokens}`);
  return { tokens };
}

async function tokenizerOf(checkpoint: ModelCheckpoint, place: string): Promise<Tokenizer> {
  if (checkpoint.tokenizerJson === undefined)
    throw inputError(place, `text: ${checkpoint.name}/tokenizer.json is missing; give tokens instead`);
  return loadTokenizer(checkpoint.tokenizerFiles, checkpoint.endTokens ?? [], checkpoint.name);
}

/** @throws StudioError `input` for an id outside the vocabulary, or too many tokens */
export function checkTokens(tokens: unknown[], place: string, checkpoint: ModelCheckpoint): number[] {
  const { vocabularySize, maxPositions } = checkpoint.config;
  const wrong = tokens.findIndex(
    (id) => typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id >= vocabularySize,
  );
  if (wrong >= 0)
    throw inputError(
      place,
      `tokens.${wrong}: expected a token id from 0 to ${vocabularySize - 1}, found ${JSON.stringify(tokens[wrong])}`,
    );
  if (tokens.length > maxPositions + 1)
    throw inputError(
      place,
      `tokens: expected at most ${maxPositions}, the model's number of positions; found ${tokens.length}`,
    );
  return tokens as number[];
}

/** `score`: log-probs and entropies of given tokens or texts. */
import { inputError } from '../errors.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { Model } from '../model/model.ts';
import { scoreSequences } from '../model/scoring.ts';
import { loadTokenizer } from '../text/load-tokenizer.ts';
import { checkPositionals, readArguments, required } from './arguments.ts';
import { loadCheckpoint, parseJson, readText, writeWhole } from './files.ts';
import { openNodeGpu } from './node-gpu.ts';

export async function score(args: string[]): Promise<void> {
  const given = readArguments('score', args, ['model', 'input', 'output']);
  checkPositionals(given, 'score', 0);
  const input = required(given, 'score', 'input');
  const output = required(given, 'score', 'output');
  const checkpoint = await loadCheckpoint(required(given, 'score', 'model'));
  const sequences = readSequences(await readText(input), input, checkpoint);
  const { gpu, tuner } = await openNodeGpu();
  try {
    const model = await Model.create(gpu, checkpoint.config, checkpoint.tensors);
    const scores = await scoreSequences(model, tuner, sequences);
    await writeWhole(output, scores.map((one) => `${JSON.stringify(one)}\n`).join(''));
  } finally {
    gpu.destroy();
  }
}

function readSequences(text: string, where: string, checkpoint: Checkpoint): number[][] {
  const lines = text.split('\n').map((line, i) => ({ line, place: `${where}: line ${i + 1}` }));
  const sequences = lines.filter(({ line }) => line.trim() !== '').map(({ line, place }) => readLine(parseJson(line, place), place, checkpoint));
  if (sequences.length === 0) throw inputError(where, 'expected at least one line, {"tokens": [..]} or {"text": ".."}');
  return sequences;
}

function readLine(value: unknown, place: string, checkpoint: Checkpoint): number[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw inputError(place, 'expected an object, {"tokens": [..]} or {"text": ".."}');
  const fields = value as Record<string, unknown>;
  const unknown = Object.keys(fields).find((name) => name !== 'tokens' && name !== 'text');
  if (unknown !== undefined) throw inputError(place, `${unknown}: unknown field; expected tokens or text`);
  if (('tokens' in fields) === ('text' in fields)) throw inputError(place, 'expected either tokens or text');
  const tokens = 'text' in fields ? encode(fields['text'], place, checkpoint) : fields['tokens'];
  if (!Array.isArray(tokens)) throw inputError(place, `tokens: expected a list of token ids, found ${typeof tokens}`);
  if (tokens.length === 0) throw inputError(place, `${'text' in fields ? 'text' : 'tokens'}: expected at least one token`);
  return checkTokens(tokens, place, checkpoint);
}

function encode(text: unknown, place: string, checkpoint: Checkpoint): number[] {
  if (typeof text !== 'string') throw inputError(place, `text: expected a string, found ${typeof text}`);
  if (checkpoint.tokenizerJson === undefined) throw inputError(place, `text: the tokenizer is missing (no tokenizer.json in ${checkpoint.name}); give tokens instead`);
  return loadTokenizer(checkpoint.tokenizerJson, `${checkpoint.name}/tokenizer.json`).encode(text);
}

/** @throws StudioError `input` for an id that is no whole number of the vocabulary, or too many tokens */
export function checkTokens(tokens: unknown[], place: string, checkpoint: Checkpoint): number[] {
  const { vocabularySize, maxPositions } = checkpoint.config;
  const wrong = tokens.findIndex((id) => typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id >= vocabularySize);
  if (wrong >= 0) throw inputError(place, `tokens.${wrong}: expected a token id from 0 to ${vocabularySize - 1}, found ${JSON.stringify(tokens[wrong])}`);
  if (tokens.length > maxPositions + 1) throw inputError(place, `tokens: ${tokens.length} of them, the model has ${maxPositions} positions`);
  return tokens as number[];
}

/** `generate`: a model's responses to a prompt. */
import { inputError } from '../errors.ts';
import { Generator } from '../model/generation/generator.ts';
import { encodePrompt } from '../text/examples.ts';
import { loadTokenizer } from '../text/load-tokenizer.ts';
import { checkPositionals, optionalNumber, readArguments, required } from './arguments.ts';
import { checkVocabulary, createModel, readModelFiles } from './load-model.ts';
import { openNodeGpu } from './node-gpu.ts';

/** Maximum concurrent sequences; more samples take several rounds. */
const BATCH = 256;

export async function generate(args: string[]): Promise<void> {
  const command = 'generate';
  const given = readArguments(
    command,
    args,
    ['model', 'adapter', 'prompt', 'samples', 'max-tokens', 'temperature', 'seed'],
    ['json'],
  );
  checkPositionals(given, command, 0);
  const prompt = required(given, command, 'prompt');
  const samples = optionalNumber(given, command, 'samples', 1, { integer: true, min: 1, max: 1_000_000 });
  const temperature = optionalNumber(given, command, 'temperature', 1, { min: 0 });
  const seed = optionalNumber(given, command, 'seed', 0, { integer: true, min: 0, max: 0xffffffff });
  const wanted = optionalNumber(given, command, 'max-tokens', 64, { integer: true, min: 1 });
  const files = await readModelFiles(given, command);
  const { checkpoint } = files;
  if (checkpoint.tokenizerJson === undefined)
    throw inputError(
      command,
      `${checkpoint.name}/tokenizer.json is missing, which encodes the prompt; \`score\` takes token ids instead`,
    );
  const tokenizer = await loadTokenizer(checkpoint.tokenizerFiles, checkpoint.endTokens ?? [], checkpoint.name);
  const { tokens } = encodePrompt(tokenizer, { text: prompt });
  if (tokens.length === 0) throw inputError(command, '--prompt: expected at least one character');
  checkVocabulary(tokens, `${command}: --prompt`, checkpoint, tokenizer);
  const room = checkpoint.config.maxPositions - tokens.length;
  if (room < 1)
    throw inputError(
      command,
      `--prompt: expected fewer tokens than the model's ${checkpoint.config.maxPositions} positions, found ` +
        `${tokens.length}`,
    );
  // Without --max-tokens the model's positions are the limit; a larger value is an error.
  if (given.values['max-tokens'] !== undefined && wanted > room)
    throw inputError(
      command,
      `--max-tokens: expected at most ${room}, the positions left after the prompt; found ${wanted}`,
    );
  const maxTokens = Math.min(wanted, room);
  const { gpu, tuner } = await openNodeGpu();
  try {
    const model = await createModel(gpu, files, { trained: false });
    const generator = await Generator.create(model, tuner, {
      sequences: Math.min(samples, BATCH),
      promptTokens: tokens.length,
      responseTokens: maxTokens,
    });
    for (let first = 0; first < samples; first += BATCH) {
      const count = Math.min(BATCH, samples - first);
      const answers = await generator.generate(
        Array.from({ length: count }, () => tokens),
        { temperature, topK: 0, topP: 1, seed: (seed + first) >>> 0, maxTokens, endTokens: tokenizer.endTokens },
      );
      for (const answer of answers) {
        // The token that ended it is not part of the text, also where the tokenizer does not call it special.
        const ended = tokenizer.endTokens.includes(answer.tokens.at(-1) ?? -1);
        const response = tokenizer.decodeAfter(tokens, ended ? answer.tokens.slice(0, -1) : answer.tokens);
        console.log(
          given.values['json']
            ? JSON.stringify({ prompt, response, tokens: answer.tokens, logprobs: answer.logprobs })
            : `${prompt}${response}`,
        );
      }
    }
  } finally {
    gpu.destroy();
  }
}

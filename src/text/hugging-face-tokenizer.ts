/**
 * Tokenizers of published models: tokenizer.json (tokenizer-json/) with the files beside it. This file adds what a
 * policy needs: the tokens that end a response, and the encoding of text that continues other text.
 */
import { StudioError } from '../errors.ts';
import { parseChatTemplate } from './chat-template.ts';
import { addTokensOfConfig, aroundText, overridden, specialToken } from './special-tokens.ts';
import { readTokenizerConfig, type TextFile, type TokenizerConfig } from './tokenizer-config.ts';
import { Pipeline } from './tokenizer-json/pipeline.ts';
import type { ChatFormat, Tokenizer } from './tokenizer.ts';

/**
 * @param json of tokenizer.json
 * @param files of the checkpoint's folder; tokenizer.json among them
 * @param endTokens ids that end a text by generation_config.json or config.json
 * @param where the folder, for messages
 * @throws StudioError `input` if a file cannot be read, or requires a feature that is not supported
 */
export function huggingFaceTokenizer(
  json: Record<string, unknown>,
  files: readonly TextFile[],
  endTokens: readonly number[],
  where: string,
): Tokenizer {
  const place = `${where}/tokenizer.json`;
  const config = readTokenizerConfig(files, where);
  const pipeline = new Pipeline(overridden(json, config), place);
  addTokensOfConfig(pipeline, config, `${where}/tokenizer_config.json`);
  const known = (id: number) => pipeline.token(id) !== undefined;
  const encode = (text: string) => pipeline.encode(text);
  const decode = (ids: readonly number[]): string => {
    if (ids.every(known)) return pipeline.decode(ids);
    const runs: string[] = [];
    const run: number[] = [];
    for (const id of ids) {
      if (known(id)) run.push(id);
      else runs.push(pipeline.decode(run.splice(0)), '\ufffd');
    }
    return [...runs, pipeline.decode(run)].join('');
  };
  const decodeAfter = (context: readonly number[], tokens: readonly number[]) => {
    const before = decode(context);
    const whole = decode([...context, ...tokens]);
    // A character that is incomplete in the context reads as U+FFFD there, and is complete here.
    return whole.slice(commonLength(before, whole));
  };
  const chat =
    config.template &&
    parseChatTemplate(config.template.source, config.specialTokens, `${where}/${config.template.path}`);
  const ends = allEndTokens({ pipeline, chat, config, endTokens });
  const [bosToken, eosToken] = (['bos_token', 'eos_token'] as const).map((name) =>
    specialToken(name, config, pipeline),
  );
  const around = aroundText(pipeline, config);
  let middle: readonly number[] | undefined;
  return {
    vocabularySize: pipeline.size,
    get endToken() {
      const [end] = ends;
      if (end === undefined) throw withoutEndToken(where);
      return end;
    },
    endTokens: ends,
    ...(bosToken !== undefined && { bosToken }),
    ...(eosToken !== undefined && { eosToken }),
    beginTokens: around.before,
    finalTokens: around.after,
    encode,
    encodeAfter: (context, text) => encodeAfter(encode, context, text),
    decode,
    decodeAfter,
    tokenText: (id) => {
      if (pipeline.isSpecial(id)) return pipeline.token(id) ?? '\ufffd';
      // In the middle of a text: some decoders omit the space of its first token.
      middle ??= someToken(pipeline);
      return decodeAfter(middle, [id]);
    },
    files: () => files.map(({ path, text }) => ({ path, text })),
    ...(chat && { chat }),
  };
}

function withoutEndToken(where: string): StudioError {
  return new StudioError(
    'input',
    `${where}: the tokenizer has no end token, which ends a response in training.`,
    'Name it by eos_token in tokenizer_config.json, or by eos_token_id in generation_config.json or config.json.',
  );
}

interface EndParts {
  pipeline: Pipeline;
  chat: ChatFormat | undefined;
  config: TokenizerConfig;
  endTokens: readonly number[];
}

/**
 * A chat model ends its turn with the token that its template puts after a response (`<|eot_id|>`, `<|im_end|>`), which
 * may differ from the tokenizer's end-of-text token.
 */
function allEndTokens({ pipeline, chat, config, endTokens }: EndParts): number[] {
  const ends = endTokens.filter((id) => pipeline.token(id) !== undefined);
  const turn = chat && turnEnd(chat, pipeline);
  if (turn !== undefined) ends.unshift(turn);
  // A response that is trained as a text ends with it, also where config and template name others.
  const text = specialToken('eos_token', config, pipeline);
  if (text !== undefined) ends.push(text);
  return [...new Set(ends)];
}

function turnEnd(chat: ChatFormat, pipeline: Pipeline): number | undefined {
  const answer = 'ANSWER';
  try {
    const text = chat.render(
      [
        { role: 'user', content: 'QUESTION' },
        { role: 'assistant', content: answer },
      ],
      false,
    );
    const rest = text.slice(text.lastIndexOf(answer) + answer.length).trimStart();
    const first = pipeline.encode(rest)[0];
    return first !== undefined && pipeline.isSpecial(first) ? first : undefined;
  } catch (error) {
    if (error instanceof StudioError) return undefined;
    throw error;
  }
}

/** The first token with a text of its own. */
function someToken(pipeline: Pipeline): number[] {
  for (let id = 0; id < pipeline.size; id++)
    if (pipeline.token(id) !== undefined && /^[a-z0-9]+$/iu.test(pipeline.decode([id]))) return [id];
  return [];
}

function encodeAfter(encode: (text: string) => number[], context: string, text: string): number[] {
  if (context === '') return encode(text);
  const before = encode(context);
  const whole = encode(context + text);
  if (before.every((id, i) => id === whole[i])) return whole.slice(before.length);
  // The boundary is inside a token of the joined text, and the prompt's tokens must not change. A line break never
  // merges with a word, so text after a line break is encoded as it is in the middle of a text.
  const line = encode('\n');
  const broken = encode(`\n${text}`);
  return line.every((id, i) => id === broken[i]) ? broken.slice(line.length) : encode(text);
}

function commonLength(before: string, whole: string): number {
  let length = 0;
  while (length < before.length && before[length] === whole[length]) length += 1;
  return length;
}

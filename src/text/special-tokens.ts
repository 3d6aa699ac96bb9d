/**
 * What transformers adds to tokenizer.json when it loads a checkpoint (PreTrainedTokenizerFast.__init__): tokens of
 * `added_tokens_decoder` and special tokens that the file lacks, and the begin token of `add_bos_token`.
 */
import { readAddedToken, type AddedToken } from './tokenizer-json/added-tokens.ts';
import { isFields, type TokenizerConfig } from './tokenizer-config.ts';
import type { Pipeline } from './tokenizer-json/pipeline.ts';
import { checkedId } from './tokenizer-json/vocabulary.ts';

const NAMES = ['bos_token', 'eos_token', 'unk_token', 'sep_token', 'pad_token', 'cls_token', 'mask_token'];
const LISTS = ['additional_special_tokens', 'extra_special_tokens'];

/**
 * Tokenizer classes of transformers 4 that replace the post-processor of tokenizer.json: they put a begin token before
 * a text unless `add_bos_token` is false. With the special tokens that they assume.
 */
const WITH_BEGIN: ReadonlyMap<string, { bos_token: string; eos_token: string }> = new Map([
  ['LlamaTokenizer', { bos_token: '<s>', eos_token: '</s>' }],
  ['CodeLlamaTokenizer', { bos_token: '<s>', eos_token: '</s>' }],
  ['GemmaTokenizer', { bos_token: '<bos>', eos_token: '<eos>' }],
  ['CohereTokenizer', { bos_token: '<BOS_TOKEN>', eos_token: '<|END_OF_TURN_TOKEN|>' }],
]);
/** Classes that take `add_prefix_space` of tokenizer_config.json for the pre-tokenizer ByteLevel. */
const WITH_PREFIX = /^(?:GPT2|Roberta|Bart|Longformer|CodeGen|GPTNeoX|Blenderbot|Deberta)Tokenizer(?:Fast)?$/u;

function tokenizerClass({ fields }: TokenizerConfig): string {
  const name = fields['tokenizer_class'];
  return typeof name === 'string' ? name : '';
}

/** tokenizer.json with the options that tokenizer_config.json overrides. */
export function overridden(json: Record<string, unknown>, config: TokenizerConfig): Record<string, unknown> {
  const [step, prefix] = [json['pre_tokenizer'], config.fields['add_prefix_space']];
  if (typeof prefix !== 'boolean' || !WITH_PREFIX.test(tokenizerClass(config))) return json;
  if (!isFields(step) || step['type'] !== 'ByteLevel') return json;
  return { ...json, pre_tokenizer: { ...step, add_prefix_space: prefix } };
}

/** @param file tokenizer_config.json, for messages */
export function addTokensOfConfig(pipeline: Pipeline, config: TokenizerConfig, file: string): void {
  const named = namedTokens(config, file);
  const names = new Set(named.map(({ content }) => content));
  pipeline.add(
    tokensOfDecoder(config, file).map((token) => ({ ...token, special: token.special || names.has(token.content) })),
  );
  pipeline.add(named.filter(({ content }) => !pipeline.addedToken(content)));
}

/** Text of a special token: the config's, else the one that the tokenizer's class assumes, if the vocabulary has it. */
export function specialToken(
  name: 'bos_token' | 'eos_token',
  config: TokenizerConfig,
  pipeline: Pipeline,
): number | undefined {
  const token = config.specialTokens[name] ?? assumed(config)?.[name];
  return token === undefined ? undefined : pipeline.id(token);
}

/** Ids before a text: the post-processor's, but for the classes that build their own. */
export function beginTokens(pipeline: Pipeline, config: TokenizerConfig): readonly number[] {
  if (!assumed(config)) return pipeline.beginTokens;
  const id =
    (config.fields['add_bos_token'] ?? true) === true ? specialToken('bos_token', config, pipeline) : undefined;
  return id === undefined ? [] : [id];
}

/** The special tokens that a Llama-like class assumes. */
function assumed(config: TokenizerConfig): { bos_token: string; eos_token: string } | undefined {
  return WITH_BEGIN.get(tokenizerClass(config).replace(/Fast$/u, ''));
}

function tokensOfDecoder({ fields }: TokenizerConfig, file: string): AddedToken[] {
  const decoder = fields['added_tokens_decoder'];
  if (!isFields(decoder)) return [];
  return Object.entries(decoder)
    .map(([key, value]) => {
      const path = `added_tokens_decoder.${key}`;
      return { ...readAddedToken(value, path, file), id: checkedId(Number(key), () => path, file) };
    })
    .sort((a, b) => a.id - b.id);
}

/** `eos_token` and others; a text alone is a special token that is not normalized. */
function namedTokens({ fields }: TokenizerConfig, file: string): AddedToken[] {
  const named = NAMES.map((name) => [name, fields[name]] as const);
  const listed = LISTS.flatMap((name) => {
    const list = fields[name];
    const values: unknown[] = Array.isArray(list) ? list : isFields(list) ? Object.values(list) : [];
    return values.map((value, i) => [`${name}.${i}`, value] as const);
  });
  return [...named, ...listed].flatMap(([name, value]) => {
    if (typeof value === 'string') return [readAddedToken({ content: value }, name, file, true)];
    return isFields(value) ? [{ ...readAddedToken(value, name, file, true), special: true }] : [];
  });
}

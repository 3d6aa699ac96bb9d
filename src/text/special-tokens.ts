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
 * Tokenizer classes of transformers that put a begin token before a text unless `add_bos_token` is false, whatever the
 * post-processor of tokenizer.json (transformers 4), and the special tokens that they assume.
 */
const WITH_BEGIN: Readonly<Record<string, { bos_token: string; eos_token: string }>> = {
  LlamaTokenizer: { bos_token: '<s>', eos_token: '</s>' },
  CodeLlamaTokenizer: { bos_token: '<s>', eos_token: '</s>' },
  GemmaTokenizer: { bos_token: '<bos>', eos_token: '<eos>' },
  CohereTokenizer: { bos_token: '<BOS_TOKEN>', eos_token: '<|END_OF_TURN_TOKEN|>' },
};
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
  pipeline.add(tokensOfDecoder(config, file));
  const missing = namedTokens(config, file).filter(({ content }) => !pipeline.addedToken(content));
  pipeline.add(missing);
}

/** Text of a special token: the config's, else the one that the tokenizer's class assumes, if the vocabulary has it. */
export function specialToken(
  name: 'bos_token' | 'eos_token',
  config: TokenizerConfig,
  pipeline: Pipeline,
): number | undefined {
  const token = config.specialTokens[name] ?? WITH_BEGIN[tokenizerClass(config).replace(/Fast$/u, '')]?.[name];
  return token === undefined ? undefined : pipeline.id(token);
}

/** Ids before a text, as transformers 4 sets them for its Llama-like classes and transformers 5 for all others. */
export function beginTokens(pipeline: Pipeline, config: TokenizerConfig): readonly number[] {
  const byClass = Object.hasOwn(WITH_BEGIN, tokenizerClass(config).replace(/Fast$/u, ''));
  const adds = config.fields['add_bos_token'] ?? (byClass || undefined);
  if (typeof adds !== 'boolean') return pipeline.beginTokens;
  const id = adds ? specialToken('bos_token', config, pipeline) : undefined;
  return id === undefined ? [] : [id];
}

function tokensOfDecoder({ fields }: TokenizerConfig, file: string): AddedToken[] {
  const decoder = fields['added_tokens_decoder'];
  if (!isFields(decoder)) return [];
  return Object.entries(decoder)
    .map(([key, value]) => {
      const path = `added_tokens_decoder.${key}`;
      return { ...readAddedToken(value, path, file), id: checkedId(Number(key), path, file) };
    })
    .sort((a, b) => a.id - b.id);
}

/** `eos_token` and others; a text alone is a special token that is not normalized. */
function namedTokens({ fields, specialTokens }: TokenizerConfig, file: string): AddedToken[] {
  const named = NAMES.map((name) => [name, fields[name] ?? specialTokens[name]] as const);
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

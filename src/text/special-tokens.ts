/**
 * What transformers adds to tokenizer.json when it loads a checkpoint (PreTrainedTokenizerFast.__init__): tokens of
 * `added_tokens_decoder` and special tokens that the file lacks, and the tokens of `add_bos_token` and `add_eos_token`.
 */
import { readAddedToken, type AddedToken } from './tokenizer-json/added-tokens.ts';
import { isFields, type TokenizerConfig } from './tokenizer-config.ts';
import type { Pipeline } from './tokenizer-json/pipeline.ts';
import type { AroundText } from './tokenizer-json/post-processors.ts';
import { checkedId } from './tokenizer-json/vocabulary.ts';

const NAMES = ['bos_token', 'eos_token', 'unk_token', 'sep_token', 'pad_token', 'cls_token', 'mask_token'];
const LISTS = ['additional_special_tokens', 'extra_special_tokens'];

interface RebuildingClass {
  /** Special tokens that the class assumes. */
  bos_token: string;
  eos_token: string;
  /** `add_bos_token` where the config has none; `add_eos_token` is false then. */
  begins: boolean;
}

/**
 * Tokenizer classes of transformers 4 that replace the post-processor of tokenizer.json by the tokens that
 * `add_bos_token` and `add_eos_token` ask for.
 */
const REBUILDING: ReadonlyMap<string, RebuildingClass> = new Map([
  ['LlamaTokenizer', { bos_token: '<s>', eos_token: '</s>', begins: true }],
  ['CodeLlamaTokenizer', { bos_token: '<s>', eos_token: '</s>', begins: true }],
  ['GemmaTokenizer', { bos_token: '<bos>', eos_token: '<eos>', begins: true }],
  ['CohereTokenizer', { bos_token: '<BOS_TOKEN>', eos_token: '<|END_OF_TURN_TOKEN|>', begins: true }],
  ['GPTNeoXTokenizer', { bos_token: '<|endoftext|>', eos_token: '<|endoftext|>', begins: false }],
]);
/** Classes that transformers 5 rebuilds too, from `add_bos_token` and `add_eos_token` of the class alone. */
const REBUILDING_IN_5 = /^(?:CodeLlama|GPTNeoX)Tokenizer$/u;
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
  const token = config.specialTokens[name] ?? rebuildingClass(config)?.[name];
  return token === undefined ? undefined : pipeline.id(token);
}

/**
 * Ids around a text: the post-processor's, but for the classes that build their own. Transformers 5 no longer reads
 * `add_bos_token` and `add_eos_token` where there is a tokenizer.json, and does not write them; the files that it wrote
 * name their `backend`. Files of transformers 4 are read as transformers 4 reads them.
 */
export function aroundText(pipeline: Pipeline, config: TokenizerConfig): AroundText {
  const own = rebuildingClass(config);
  const { fields } = config;
  const isOfVersion5 = typeof fields['backend'] === 'string';
  if (!own || (isOfVersion5 && !REBUILDING_IN_5.test(className(config)))) return pipeline.aroundText;
  const asked = (flag: string, otherwise: boolean) => (isOfVersion5 ? otherwise : (fields[flag] ?? otherwise) === true);
  const ids = (name: 'bos_token' | 'eos_token') => {
    const id = specialToken(name, config, pipeline);
    return id === undefined ? [] : [id];
  };
  return {
    before: asked('add_bos_token', own.begins) ? ids('bos_token') : [],
    after: asked('add_eos_token', false) ? ids('eos_token') : [],
  };
}

function rebuildingClass(config: TokenizerConfig): RebuildingClass | undefined {
  return REBUILDING.get(className(config));
}

/** The tokenizer's class; `..Fast` is its name in transformers 4. */
function className(config: TokenizerConfig): string {
  return tokenizerClass(config).replace(/Fast$/u, '');
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

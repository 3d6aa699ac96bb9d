/** Reads tokenizer_config.json, special_tokens_map.json and chat_template.jinja, which accompany tokenizer.json. */
import { inputError } from '../errors.ts';
import { parseJsonText } from '../json-text.ts';

export interface TextFile {
  path: string;
  text: string;
}

type Fields = Record<string, unknown>;

/** The object in a JSON file. @throws StudioError `input` */
export function parseFields(text: string, where: string): Fields {
  const value = parseJsonText(text, where);
  if (!isFields(value)) throw inputError(where, 'expected an object');
  return value;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export interface TokenizerConfig {
  /** Of tokenizer_config.json and, in older checkpoints, special_tokens_map.json. */
  fields: Fields;
  /** Special tokens' texts by name: `bos_token`, `eos_token`, `pad_token`, `unk_token`. */
  specialTokens: Record<string, string>;
  /** Source of the chat template, and the file it is from. */
  template?: { source: string; path: string };
}

/** @param where the folder, for messages */
export function readTokenizerConfig(files: readonly TextFile[], where: string): TokenizerConfig {
  const find = (path: string) => files.find((file) => file.path === path)?.text;
  const read = (path: string) => {
    const text = find(path);
    return text === undefined ? {} : parseFields(text, `${where}/${path}`);
  };
  const config = read('tokenizer_config.json');
  // As transformers: the older file counts, and takes precedence, where there is no `added_tokens_decoder`.
  const fields = isFields(config['added_tokens_decoder']) ? config : { ...config, ...read('special_tokens_map.json') };
  const specialTokens: Record<string, string> = {};
  for (const name of ['bos_token', 'eos_token', 'pad_token', 'unk_token']) {
    const token = fields[name];
    // An added token may be an object with options.
    const content = isFields(token) ? token['content'] : token;
    if (typeof content === 'string') specialTokens[name] = content;
  }
  const template = templateOf(find('chat_template.jinja'), fields['chat_template'], where);
  return { fields, specialTokens, ...(template && { template }) };
}

/** A separate file takes precedence (transformers 5); a list has named templates, of which `default` is for chat. */
function templateOf(file: string | undefined, field: unknown, where: string): TokenizerConfig['template'] {
  if (file !== undefined) return { source: file, path: 'chat_template.jinja' };
  const path = 'tokenizer_config.json';
  if (field === undefined || field === null) return undefined;
  if (typeof field === 'string') return { source: field, path };
  if (!Array.isArray(field))
    throw inputError(`${where}/${path}`, 'chat_template: expected a string, or a list of named templates');
  const named = field.filter(isFields).find(({ name }) => name === 'default') ?? field.filter(isFields)[0];
  const source = named?.['template'];
  if (typeof source !== 'string')
    throw inputError(`${where}/${path}`, 'chat_template: the list has no template named "default"');
  return { source, path };
}

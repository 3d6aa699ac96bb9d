/** Checkpoints: safetensors, config.json, tokenizer.json with its patterns, adapters, chat templates; hub answers. */
import { readFileSync } from 'node:fs';
import { checkpointFiles } from '../../src/checkpoint/export-checkpoint.ts';
import { readCheckpoint } from '../../src/checkpoint/checkpoint.ts';
import { checkpointFolder, memorySource } from '../../src/checkpoint/checkpoint-source.ts';
import { listHubDataset, listHubModel } from '../../src/checkpoint/hub-listing.ts';
import { adapterFiles, readAdapter } from '../../src/checkpoint/peft-adapter.ts';
import { stream, type Random } from '../../src/random.ts';
import { parseChatTemplate } from '../../src/text/chat-template.ts';
import { loadTokenizer } from '../../src/text/load-tokenizer.ts';
import { tinyCheckpoint } from '../support/tiny-checkpoint.ts';
import { choose, damagedJson, damagedText, decode } from './damage.ts';
import type { Door } from './door.ts';
import { damagedTensors } from './run-doors.ts';

type Files = Record<string, Uint8Array | string>;
const filesOf = (shardBytes?: number): Files =>
  Object.fromEntries(
    checkpointFiles(tinyCheckpoint(), shardBytes === undefined ? {} : { shardBytes }).map(({ path, data }) => [
      path,
      data,
    ]),
  );
const WHOLE = filesOf();
const SHARDED = filesOf(400);
const textOf = (files: Files, path: string) => decode(files[path] as Uint8Array);

async function enterCheckpoint(files: Files): Promise<void> {
  const source = await checkpointFolder(memorySource('model', files));
  const checkpoint = await readCheckpoint(source, 'model');
  if (checkpoint.tokenizerJson !== undefined) await loadTokenizer(checkpoint.tokenizerFiles, [], 'model');
}

const TEXT = readFileSync(new URL('../../README.md', import.meta.url), 'utf8').slice(0, 1000);
const TOKENIZERS = ['gpt2', 'llama3', 'llama2', 'gemma3', 'qwen3', 'bert', 'unigram'].map((name) => {
  const folder = new URL(`../fixtures/tokenizers/${name}/`, import.meta.url);
  const read = (path: string) => readFileSync(new URL(path, folder), 'utf8');
  const json = JSON.parse(read('tokenizer.json')) as { model: { vocab: unknown; merges?: unknown[] } };
  return { json, config: read('tokenizer_config.json') };
});

/** The vocabulary is most of a file: damage there alone would leave everything else intact. */
function damagedTokenizer(random: Random): string {
  const { json } = choose(random, TOKENIZERS);
  const { vocab, merges, ...model } = json.model;
  if (random.integer(5) === 0) {
    const small = Array.isArray(vocab)
      ? (vocab as unknown[]).slice(0, 300)
      : Object.fromEntries(Object.entries(vocab as object).slice(0, 300));
    return damagedJson(
      { ...json, model: { ...model, vocab: small, ...(merges && { merges: merges.slice(0, 50) }) } },
      random,
    );
  }
  const head = damagedJson(
    { ...json, model: { ...model, vocab: 'VOCAB', ...(merges && { merges: 'MERGES' }) } },
    random,
  );
  return head.replace('"VOCAB"', () => JSON.stringify(vocab)).replace('"MERGES"', () => JSON.stringify(merges));
}

async function enterTokenizer(files: { path: string; text: string }[]): Promise<void> {
  const tokenizer = await loadTokenizer(files, [], 'model');
  const ids = tokenizer.encode(TEXT);
  tokenizer.decode(ids);
  tokenizer.encode('a'.repeat(1000));
  for (const id of ids.slice(0, 50)) tokenizer.tokenText(id);
}

/** Expressions that backtracking takes exponential or polynomial time for, and pieces of published ones. */
const PATTERN_PARTS = [
  '(a+)+',
  '(a|a)*',
  '(a|aa)+',
  '(.*)*',
  '(\\w+\\s?)*',
  '\\p{L}+',
  '[^\\s]+',
  '\\s+(?!\\S)',
  '(?i:s|t)',
  '(?=a)',
  '(?<=a)',
  '\\d{1,3}',
  '{9999999}',
  '(?<n>a)',
  '\\1',
  '[[:alpha:]]',
  '\\G',
  '$',
  '^',
  '|',
  '(',
  ')',
  '[',
  '\\',
  '?',
  '+',
  '*',
  'é',
  '\u{1f600}',
  '\\x{41}',
  '(?>a+)',
  'a++',
  '[a-z&&[^b]]',
];

const patternOf = (random: Random): string =>
  Array.from({ length: 1 + random.integer(5) }, () => choose(random, PATTERN_PARTS)).join('') +
  (random.integer(2) === 0 ? '$' : '');

function splitTokenizer(random: Random): string {
  const json = structuredClone(TOKENIZERS[0]?.json) as unknown as Record<string, unknown>;
  json['pre_tokenizer'] = {
    type: 'Sequence',
    pretokenizers: [
      {
        type: 'Split',
        pattern: { Regex: patternOf(random) },
        behavior: choose(random, ['Isolated', 'Removed', 'MergedWithNext']),
        invert: random.integer(2) === 0,
      },
      { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
    ],
  };
  return JSON.stringify(json);
}

const random5 = stream(5, 'adapter');
const ADAPTER: Files = Object.fromEntries(
  adapterFiles({
    rank: 2,
    alpha: 4,
    targets: ['q_proj'],
    fanInFanOut: false,
    base: 'owner/base',
    revision: '',
    modules: [
      {
        name: 'model.layers.0.self_attn.q_proj',
        a: Float32Array.from({ length: 12 }, () => random5.normal()),
        b: Float32Array.from({ length: 10 }, () => random5.normal()),
        inputs: 6,
        outputs: 5,
      },
    ],
  }).map(({ path, data }) => [path, data]),
);

const TEMPLATES = [
  ...['qwen3', 'llama3', 'gemma3', 'deepseek3', 'gptoss', 'mistral'].flatMap((name) => {
    const config = JSON.parse(
      readFileSync(new URL(`../fixtures/tokenizers/${name}/tokenizer_config.json`, import.meta.url), 'utf8'),
    ) as { chat_template?: unknown };
    return typeof config.chat_template === 'string' ? [config.chat_template] : [];
  }),
  "{% for m in messages %}{{ '<|' + m['role'] + '|>' + m.content|trim }}{% endfor %}",
];
const HOSTILE_TEMPLATES = [
  '{% for i in range(10**9) %}x{% endfor %}',
  '{% for i in range(10000) %}{% for j in range(10000) %}x{% endfor %}{% endfor %}',
  "{{ 'a' * 10**9 }}",
  "{{ ('a' * 100000) * 100000 }}",
  '{{ 10 ** 10 ** 10 }}',
  '{{ 9 ** 999999 }}',
  '{{ messages.__class__.__mro__ }}',
  "{{ ''.__class__ }}{{ messages.constructor }}{{ messages.__proto__ }}",
  "{{ messages.constructor.constructor('return 1')() }}",
  '{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}',
  "{% set x = 'a' %}{% for i in range(60) %}{% set x = x + x %}{% endfor %}{{ x }}",
  "{% set ns = namespace(x='a') %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}{{ ns.x }}",
  "{{ '%999999999d' % 5 }}",
  "{{ '{:>999999999}'.format(1) }}",
  "{{ 'a'.ljust(999999999) }}{{ 'a'.replace('', 'b' * 1000000) }}",
  "{% include '/etc/passwd' %}{% import 'x' as y %}{% extends 'z' %}",
  '{{ messages|tojson(indent=999999999) }}',
  `{{ ${'('.repeat(20_000)}1${')'.repeat(20_000)} }}`,
  `{{ ${'['.repeat(5000)}${']'.repeat(5000)} }}`,
  '{% if '.repeat(5000),
  '{{ -'.padEnd(20_000, '-'),
  '{{ range(10**12)|list|length }}{{ range(10**12)|join }}',
  "{{ raise_exception('no') }}",
];

const CONVERSATION = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Hi' },
  { role: 'assistant', content: 'Hello' },
];

const LISTING = {
  id: 'owner/name',
  sha: '0123456789abcdef0123456789abcdef01234567',
  siblings: [
    { rfilename: 'config.json', size: 100 },
    { rfilename: 'model.safetensors', size: 1000, lfs: { sha256: 'a'.repeat(64), size: 1000 } },
    { rfilename: 'data/train.jsonl', size: 5 },
  ],
};

/** An answer of the hub in place of the network. */
async function enterListing(random: Random): Promise<void> {
  const before = globalThis.fetch;
  const status = choose(random, [200, 200, 200, 200, 401, 403, 404, 418, 429, 500]);
  globalThis.fetch = () =>
    Promise.resolve(
      new Response(status === 200 || random.integer(2) === 0 ? damagedJson(LISTING, random) : '<html>', {
        status,
        headers:
          random.integer(3) === 0
            ? { 'X-Error-Code': damagedText('RepoNotFound', stream(1)).replace(/[^ -~]/g, '') }
            : {},
      }),
    );
  try {
    const { signal } = new AbortController();
    const name = { name: 'owner/name', revision: 'main' };
    if (random.integer(2) === 0) await listHubModel('https://hub.example', name, signal);
    else await listHubDataset('https://hub.example', { ...name, kind: 'dataset' }, signal);
  } finally {
    globalThis.fetch = before;
  }
}

export const MODEL_DOORS: Door[] = [
  {
    name: 'checkpoint: weights',
    inputs: 200,
    names: /model/,
    refused: 0.3,
    enter: (random) => {
      const files = choose(random, [WHOLE, SHARDED]);
      const path = choose(
        random,
        Object.keys(files).filter((name) => name.endsWith('.safetensors')),
      );
      return enterCheckpoint({ ...files, [path]: damagedTensors(files[path] as Uint8Array, random) });
    },
  },
  {
    name: 'checkpoint: config.json and its like',
    inputs: 200,
    names: /model/,
    refused: 0.2,
    enter: (random) => {
      const files = choose(random, [WHOLE, SHARDED]);
      const path = choose(
        random,
        Object.keys(files).filter((name) => name.endsWith('.json')),
      );
      return enterCheckpoint({ ...files, [path]: damagedJson(JSON.parse(textOf(files, path)), random) });
    },
  },
  {
    name: 'checkpoint: names of files',
    inputs: 40,
    names: /model/,
    refused: 0.5,
    enter: (random) =>
      enterCheckpoint(
        Object.fromEntries(
          Object.entries(WHOLE).map(([path, data]) => [
            random.integer(2) ? path : damagedText(path, random).slice(0, 500),
            data,
          ]),
        ),
      ),
  },
  {
    name: 'tokenizer.json',
    inputs: 200,
    names: /model/,
    refused: 0.3,
    enter: (random) => enterTokenizer([{ path: 'tokenizer.json', text: damagedTokenizer(random) }]),
  },
  {
    name: 'tokenizer_config.json',
    inputs: 100,
    names: /model/,
    enter: (random) => {
      const { json, config } = choose(random, TOKENIZERS);
      return enterTokenizer([
        { path: 'tokenizer.json', text: JSON.stringify(json) },
        { path: 'tokenizer_config.json', text: damagedJson(JSON.parse(config), random) },
      ]);
    },
  },
  {
    name: 'patterns of a tokenizer',
    inputs: 150,
    names: /model/,
    refused: 0.2,
    enter: (random) => enterTokenizer([{ path: 'tokenizer.json', text: splitTokenizer(random) }]),
  },
  {
    name: 'adapter',
    inputs: 150,
    names: /adapter/,
    refused: 0.3,
    enter: (random) => {
      const json = random.integer(2) === 0;
      const path = json ? 'adapter_config.json' : 'adapter_model.safetensors';
      const file = ADAPTER[path] as Uint8Array;
      const damaged = json ? damagedJson(JSON.parse(decode(file)), random) : damagedTensors(file, random);
      return readAdapter(memorySource('adapter', { ...ADAPTER, [path]: damaged }), 'adapter');
    },
  },
  {
    name: 'chat template',
    inputs: 300,
    names: /model\/chat_template\.jinja/,
    quotes: true,
    refused: 0.2,
    enter: (random) => {
      const source =
        random.integer(4) === 0
          ? damagedText(choose(random, HOSTILE_TEMPLATES), stream(random.integer(3)))
          : damagedText(choose(random, TEMPLATES), random);
      const format = parseChatTemplate(source, { bos_token: '<s>' }, 'model/chat_template.jinja');
      return format.render(CONVERSATION, true);
    },
  },
  {
    name: 'hostile chat template',
    inputs: HOSTILE_TEMPLATES.length,
    names: /model\/chat_template\.jinja/,
    enter: (random) => {
      const source = HOSTILE_TEMPLATES[nextHostile++ % HOSTILE_TEMPLATES.length] ?? '';
      return parseChatTemplate(source, {}, 'model/chat_template.jinja').render(CONVERSATION, random.integer(2) === 0);
    },
  },
  { name: 'answer of a hub', inputs: 150, names: /hub\.example|owner\/name|hub/, refused: 0.2, enter: enterListing },
];

/** Each once. */
let nextHostile = 0;

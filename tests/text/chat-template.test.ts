/** Chat templates against renderings of transformers' apply_chat_template. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { StudioError } from '../../src/errors.ts';
import { parseChatTemplate } from '../../src/text/chat-template.ts';
import { loadTokenizer } from '../../src/text/load-tokenizer.ts';
import { readTokenizerConfig } from '../../src/text/tokenizer-config.ts';
import type { ChatFormat, ChatMessage } from '../../src/text/tokenizer.ts';
import { tokenizerFiles, type RealTokenizer } from '../support/real-tokenizer.ts';

const { conversations, templates, renderings } = JSON.parse(
  readFileSync(new URL('../fixtures/tokenizers/chat.json', import.meta.url), 'utf8'),
) as {
  conversations: ChatMessage[][];
  templates: Record<string, string>;
  renderings: Record<string, [string, string][]>;
};
const TOKENS = { bos_token: '<|begin_of_text|>', eos_token: '<|end_of_text|>' };

function ofCheckpoint(name: RealTokenizer): ChatFormat {
  const { template, specialTokens } = readTokenizerConfig(tokenizerFiles(name), name);
  return parseChatTemplate(template!.source, specialTokens, template!.path);
}

describe.each(Object.entries(renderings))('%s', (title, expected) => {
  const [name, variable] = title.split(' ') as [string, string?];
  const [key, value] = variable?.split('=') ?? [];
  const variables = key === undefined ? {} : { [key]: value === 'false' ? false : value! };
  const chat =
    templates[name] === undefined
      ? ofCheckpoint(name as RealTokenizer)
      : parseChatTemplate(templates[name], TOKENS, 'chat_template.jinja');

  it(`renders ${conversations.length} conversations as transformers does`, () => {
    expect(
      conversations.map((messages) => [false, true].map((prompt) => chat.render(messages, prompt, variables))),
    ).toEqual(expected);
  });
});

describe('the source of the template', () => {
  const config = (fields: object) => ({ path: 'tokenizer_config.json', text: JSON.stringify(fields) });
  it('is chat_template.jinja rather than tokenizer_config.json', () => {
    expect(
      readTokenizerConfig([config({ chat_template: 'old' }), { path: 'chat_template.jinja', text: 'new' }], 'm')
        .template,
    ).toEqual({ source: 'new', path: 'chat_template.jinja' });
  });
  it('is the default of a list', () => {
    expect(
      readTokenizerConfig(
        [
          config({
            chat_template: [
              { name: 'tool_use', template: 'tools' },
              { name: 'default', template: 'plain' },
            ],
          }),
        ],
        'm',
      ).template?.source,
    ).toBe('plain');
  });
  it('may define tokens with options', () => {
    expect(readTokenizerConfig([config({ bos_token: { content: '<s>', lstrip: false } })], 'm').specialTokens).toEqual({
      bos_token: '<s>',
    });
  });
  it('is missing in a model without chat', async () => {
    expect((await loadTokenizer(tokenizerFiles('gpt2'), [], 'gpt2')).chat).toBeUndefined();
  });
});

describe('refusals give the reason', () => {
  const render = (source: string, messages = conversations[0]!) =>
    parseChatTemplate(source, TOKENS, 'chat_template.jinja').render(messages, true);
  it.each([
    ['a template that is none', '{% if %}', /chat_template\.jinja: the chat template is not valid/],
    ['an open block', '{% for m in messages %}', /chat_template\.jinja: the chat template/],
    [
      'its own refusal',
      "{{ raise_exception('Only one user turn') }}",
      /cannot render this conversation: Only one user turn/,
    ],
    ['an unknown filter', '{{ messages | frobnicate }}', /cannot render this conversation/],
    ['an endless range', '{% for i in range(1000000000000) %}x{% endfor %}', /is too long/],
    ['a range without step', '{% for i in range(0, 5, 0) %}x{% endfor %}', /must not be zero/],
    [
      'loops in loops',
      '{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{% endfor %}{% endfor %}{% ' +
        'endfor %}',
      /does not terminate/,
    ],
    [
      'a text that doubles',
      "{% set n = namespace(x='ab') %}{% for i in range(99) %}{% set n.x = n.x + n.x %}{% endfor %}{{ n.x }}",
      /cannot render this conversation/,
    ],
    ['endless recursion', '{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}', /: it is nested too deeply, or calls/],
    ['deep nesting', `{{ ${'('.repeat(50_000)}1${')'.repeat(50_000)} }}`, /not valid: it is nested too deeply/],
  ])('%s', (_, source, message) => {
    expect(() => render(source)).toThrow(message);
    expect(() => render(source)).toThrow(StudioError);
  });

  it('for roles that the template rejects', () => {
    expect(() => render(templates['llama2']!, [{ role: 'assistant', content: 'first' }])).toThrow(/must alternate/);
  });
});

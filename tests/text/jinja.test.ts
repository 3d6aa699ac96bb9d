/**
 * Small templates against jinja2 as transformers sets it up: every tag, filter, test, method and operator, with values
 * of each type, and what Python refuses. tests/fixtures/README.md says how they were recorded.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { StudioError } from '../../src/errors.ts';
import { parseChatTemplate } from '../../src/text/chat-template.ts';
import type { ChatMessage, RenderOptions } from '../../src/text/tokenizer.ts';

interface Recorded {
  context: Record<string, unknown> & { msgs: ChatMessage[] };
  /** Templates that Python refuses. */
  refused: string[];
  /** Template, text, and the characters that `{% generation %}` blocks wrote. */
  rendered: [string, string, [number, number][]?][];
}

const { context, refused, rendered } = JSON.parse(
  readFileSync(new URL('../fixtures/chat-templates/templates.json', import.meta.url), 'utf8'),
) as Recorded;
/** When they were recorded. */
const NOW: RenderOptions = { now: '2026-11-28T14:05:09.123' };

function render(source: string, options = NOW): { text: string; generated: [number, number][] } {
  return parseChatTemplate(source, {}, 'chat_template.jinja').renderMarked(context.msgs, false, context, options);
}

function textOrError(source: string): string {
  try {
    return render(source).text;
  } catch (error) {
    if (error instanceof StudioError) return `refused: ${error.message}`;
    throw error;
  }
}

describe('templates render as jinja2 renders them', () => {
  it(`${rendered.length} templates`, () => {
    const different = rendered.filter(([source, text]) => textOrError(source) !== text);
    expect(different.map(([source, text]) => [source, text, textOrError(source)])).toEqual([]);
  });

  it(`${refused.length} templates that Python refuses`, () => {
    expect(refused.filter((source) => !textOrError(source).startsWith('refused: '))).toEqual([]);
  });

  it('characters of generation blocks', () => {
    const marked = rendered.filter((one) => one[2] !== undefined);
    expect(marked.length).toBeGreaterThan(0);
    expect(marked.map(([source]) => render(source).generated)).toEqual(marked.map((one) => one[2]));
  });
});

describe('what jinja2 has and this does not is refused by name', () => {
  it.each([
    ['{% include "other" %}', /the tag {% include %} is not supported/],
    ['{% autoescape true %}x{% endautoescape %}', /the tag {% autoescape %} is not supported/],
    ['{{ l | random }}', /the filter random is not supported/],
    ['{{ s | wordwrap(3) }}', /the filter wordwrap is not supported/],
    ['{{ s.encode("utf8") }}', /the attribute encode of a str is not supported/],
    ['{{ n.bit_length() }}', /the attribute bit_length of a int is not supported/],
    ['{{ l | map("string") }}', /printing a generator is not supported/],
    ['{{ "%e" % f }}', /the format "%e" is not supported/],
    ['{{ ("<" | e) | upper }}', /the filter upper of safe text is not supported/],
    ['{{ strftime_now("%Q") }}', /strftime's %Q is not supported/],
  ])('%s', (source, message) => {
    expect(() => render(source)).toThrow(message);
  });
});

describe('limits', () => {
  it.each([
    ['{{ "ab" * 10000000 }}', /too long/],
    ['{{ ([0] * 900000) + ([0] * 900000) }}', /does not terminate/],
    ['{{ "x".ljust(100000000) }}', /too long/],
    ['{{ "%999999999d" % 1 }}', /too long/],
    ['{{ ("a" * 9999).replace("", "b" * 9999) }}', /too long/],
    ['{{ 9 ** 99999 }}', /too large/],
    ['{% for a in range(99999) %}{{ range(99999) | sum }}{% endfor %}', /does not terminate/],
    ['{{ ("," * 900000).split(",") | sort | length }}', /does not terminate/],
    ['{{ " " * 900000 ~ "x" }}{{ (" " * 900000 ~ "x") | trim }}', /^(?!.*terminate)/],
    [
      '{% set ns = namespace(x=[1]) %}{% for i in range(40) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}',
      /too long/,
    ],
    [
      '{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(40) %}{% set ns.x = [ns.x, ns.x] %}' +
        '{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}',
      /does not terminate/,
    ],
    ['{{ ("(" * 500000) | length }}', /^(?!.*terminate)/],
    [`{{ ${'('.repeat(100_000)}1${')'.repeat(100_000)} }}`, /not valid/],
  ])('%s', (source, message) => {
    expect(textOrError(source).slice(0, 300)).toMatch(message);
  });
});

describe('the date', () => {
  const template = "{{ strftime_now('%d %b %Y %H:%M') }}";
  it('is the one that was given, by the clock on the wall', () => {
    expect(render(template, { now: '2024-07-26' }).text).toBe('26 Jul 2024 00:00');
    expect(render(template, { now: '2024-07-26T09:30:00' }).text).toBe('26 Jul 2024 09:30');
    expect(render(template, { now: new Date(2024, 6, 26, 9, 30) }).text).toBe('26 Jul 2024 09:30');
  });
  it('is today by default', () => {
    const years = [new Date().getFullYear()];
    const found = Number(render("{{ strftime_now('%Y') }}", {}).text);
    years.push(new Date().getFullYear());
    expect(years).toContain(found);
  });
  it('is refused if it is none', () => {
    expect(() => render(template, { now: 'yesterday' })).toThrow(/now: expected a date such as 2026-11-28/);
  });
});

describe('a conversation', () => {
  const chat = parseChatTemplate('{{ messages | tojson }}{{ tools }}{{ documents }}{{ x }}', {}, 'chat_template.jinja');
  it('is passed with all fields of its messages', () => {
    const call: ChatMessage = { role: 'assistant', ...{ tool_calls: [{ id: 'a', arguments: { n: 1.5 } }] } };
    expect(chat.render([call], false)).toBe(
      '[{"role": "assistant", "tool_calls": [{"id": "a", "arguments": {"n": 1.5}}]}]NoneNone',
    );
  });
  it('may have further variables', () => {
    expect(chat.render([], false, { tools: ['t'], documents: [], x: true })).toBe("[]['t'][]True");
  });
});

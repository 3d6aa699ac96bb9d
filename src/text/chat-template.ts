/**
 * Chat templates: Jinja programs that come with a checkpoint, in chat_template.jinja or in tokenizer_config.json. They
 * render as in transformers' apply_chat_template: jinja2 with trim_blocks, lstrip_blocks, `break` and `continue`, the
 * `generation` tag, its own `tojson`, `raise_exception` and `strftime_now`.
 */
import { inputError, StudioError } from '../errors.ts';
import type { Statement } from './jinja/ast.ts';
import { globals } from './jinja/globals.ts';
import { renderTemplate, type Rendering } from './jinja/interpreter.ts';
import { parseTemplate } from './jinja/parser.ts';
import { mentionsGeneration } from './jinja/scope.ts';
import { fromJson, TemplateError, type Value } from './jinja/values.ts';
import type { ChatFormat, ChatMessage, RenderOptions, TemplateVariables } from './tokenizer.ts';

/** Maximum characters of a template. */
const LONGEST = 1_000_000;

/**
 * @param specialTokens texts by name, for example `bos_token`
 * @param where the file, for messages
 * @throws StudioError `input` if it is not a template
 */
export function parseChatTemplate(
  source: string,
  specialTokens: Readonly<Record<string, string>>,
  where: string,
): ChatFormat {
  if (source.length > LONGEST)
    throw inputError(where, `chat template: expected at most ${LONGEST} characters, found ${source.length}`);
  let template: Statement[];
  try {
    template = parseTemplate(source);
  } catch (error) {
    throw inputError(where, `the chat template is not valid: ${reason(error)}`);
  }
  const renderMarked = (
    messages: readonly ChatMessage[],
    generationPrompt: boolean,
    variables: TemplateVariables = {},
    options: RenderOptions = {},
  ): Rendering => {
    try {
      const values = new Map<string, Value>(globals(() => localTime(options.now)));
      const given = {
        // As apply_chat_template: both are defined, and None unless they are given.
        tools: null,
        documents: null,
        ...specialTokens,
        messages,
        add_generation_prompt: generationPrompt,
        ...variables,
      };
      for (const [name, value] of Object.entries(given)) values.set(name, fromJson(value));
      return renderTemplate(template, values);
    } catch (error) {
      throw new StudioError('input', `${where}: the chat template cannot render this conversation: ${reason(error)}`);
    }
  };
  return {
    render: (...given) => renderMarked(...given).text,
    renderMarked,
    marksResponses: mentionsGeneration(template),
  };
}

/** A date without a time zone is local time, as `strftime_now` prints it. */
function localTime(now: Date | string | undefined): Date {
  if (now === undefined) return new Date();
  if (now instanceof Date) return now;
  // A date alone would be read as UTC.
  const date = new Date(/^\d{4}-\d{2}-\d{2}$/.test(now) ? `${now}T00:00:00` : now);
  if (Number.isNaN(date.getTime())) throw new TemplateError(`now: expected a date such as 2026-11-28, found ${now}`);
  return date;
}

/** @throws what is no error of the template */
function reason(error: unknown): string {
  if (!(error instanceof TemplateError) && !ranOutOfStack(error)) throw error;
  const text = error instanceof TemplateError ? error.message : 'it is nested too deeply, or calls itself without end';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** Firefox has an error of its own kind for it. */
const ranOutOfStack = (error: unknown): boolean =>
  error instanceof RangeError || (error instanceof Error && error.name === 'InternalError');

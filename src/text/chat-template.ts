/**
 * Chat templates: Jinja programs that come with a checkpoint, in chat_template.jinja or in tokenizer_config.json. They
 * run in an interpreter with limits: a template is an untrusted file and must not be able to hang the page.
 */
import { Environment, Interpreter, Template } from '@huggingface/jinja';
import { inputError, StudioError } from '../errors.ts';
import type { ChatFormat } from './tokenizer.ts';

/** Maximum number of evaluated statements and expressions per rendering; real templates take a few thousand. */
const MOST_STEPS = 300_000;
/** Cost of one iteration of an empty loop, in steps. */
const LOOP_STEPS = 10;
const LONGEST_RANGE = 10_000;
/** Maximum characters of a template, and of its output. */
const LONGEST = 1_000_000;

type Evaluate = Interpreter['evaluate'];

class BoundedInterpreter extends Interpreter {
  private steps = 0;
  private readonly seen = new WeakSet<object>();

  override evaluate(...[statement, environment]: Parameters<Evaluate>): ReturnType<Evaluate> {
    const result = super.evaluate(statement, environment);
    const value: unknown = result.value;
    this.steps += 1;
    // A new list costs as much as a loop over it.
    if (Array.isArray(value) && !this.seen.has(result)) {
      this.seen.add(result);
      this.steps += LOOP_STEPS * value.length;
    }
    if (this.steps > MOST_STEPS) throw new Error('it does not terminate');
    if (typeof value === 'string' && value.length > LONGEST)
      throw new Error(`its text of ${value.length} characters is too long`);
    return result;
  }
}

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
  let template: Template;
  try {
    template = new Template(source);
  } catch (error) {
    throw inputError(where, `the chat template is not valid: ${reason(error)}`);
  }
  return {
    render: (messages, generationPrompt, variables = {}) => {
      const environment = new Environment();
      const values = {
        ...specialTokens,
        messages: messages.map(({ role, content }) => ({ role, content })),
        add_generation_prompt: generationPrompt,
        ...variables,
      };
      for (const [name, value] of Object.entries({
        true: true,
        false: false,
        none: null,
        True: true,
        False: false,
        None: null,
        range,
        raise_exception: refuse,
        ...values,
      }))
        environment.set(name, value);
      // `strftime_now` stays undefined, because a prompt with today's date would differ tomorrow. Templates that use it
      // have a fixed date for this case.
      try {
        const text: unknown = new BoundedInterpreter(environment).run(template.parsed).value;
        if (typeof text !== 'string') throw new Error('it does not return a string');
        return text;
      } catch (error) {
        throw new StudioError('input', `${where}: the chat template cannot render this conversation: ${reason(error)}`);
      }
    },
  };
}

/** Called by a template that rejects a conversation. */
function refuse(message: unknown): never {
  throw new Error(String(message));
}

/** Python's `range`. */
function range(start: number, stop?: number, step = 1): number[] {
  const [first, end] = stop === undefined ? [0, start] : [start, stop];
  const length = Math.max(0, Math.ceil((end - first) / step));
  if (!(length <= LONGEST_RANGE)) throw new Error(`range(${first}, ${end}, ${step}) is too long`);
  return Array.from({ length }, (_, i) => first + i * step);
}

function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

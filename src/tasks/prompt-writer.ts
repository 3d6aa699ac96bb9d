/**
 * How a problem is asked: as a text that the response continues, or as messages through the model's chat template; and
 * the training example of a problem with its solution.
 */
import { valueAt } from '../data/row.ts';
import { inputError } from '../errors.ts';
import { encodeConversation, encodePrompt, encodePromptCompletion } from '../text/examples.ts';
import { checkTokenIds } from '../text/token-ids.ts';
import type { ChatMessage, Tokenizer } from '../text/tokenizer.ts';
import { DEFAULT_DATE } from './fields.ts';
import type { Problem, Task } from './task.ts';

export interface TrainingExample {
  tokens: readonly number[];
  /** 1 where a token is trained. */
  lossMask: readonly (0 | 1)[];
}

/** What `template` is without one: the prompt alone. */
const PROMPT_ALONE = '{prompt}';

/** What writing needs to know of a task. */
export type WrittenTask = Pick<Task, 'config' | 'chats' | 'template' | 'solution'>;

export class PromptWriter {
  /** Whether prompts go through the model's chat template. */
  readonly chat: boolean;
  /** The same prompts on any day. */
  private readonly options: { now: string };
  private readonly template: string;
  private readonly system: string | undefined;

  /**
   * @param vocabularySize rows of the model's embedding; tokenizers may have more ids
   * @throws StudioError `input` when the config asks for a chat and the model has no chat template
   */
  constructor(
    private readonly task: WrittenTask,
    private readonly tokenizer: Tokenizer,
    private readonly vocabularySize: number,
  ) {
    const { config } = task;
    const { format, system, template } = config;
    this.chat = format === 'chat' || (format === undefined && task.chats === true && tokenizer.chat !== undefined);
    if (this.chat && !tokenizer.chat)
      throw inputError(
        'task.format',
        'expected text, because the tokenizer of this model has no chat template; found chat',
        'task.format',
      );
    if (!this.chat && system !== undefined)
      throw inputError('task.system', 'a text has no system message; expected format "chat"', 'task.system');
    this.system = system;
    this.options = { now: `${config.date ?? DEFAULT_DATE}T12:00:00` };
    this.template = template ?? (this.chat ? undefined : task.template) ?? PROMPT_ALONE;
  }

  /** The tokens of a prompt, begin tokens included. @throws StudioError `input` for what the vocabulary lacks */
  prompt(problem: Problem): number[] {
    const written = this.chat
      ? encodePrompt(this.tokenizer, { messages: this.conversation(problem) }, this.options)
      : encodePrompt(this.tokenizer, { text: this.text(problem) });
    return this.checked(written.tokens);
  }

  /** How a problem is asked: a text that the response continues, or messages for the model's chat template. */
  asked(problem: Problem): string | readonly ChatMessage[] {
    return this.chat ? this.conversation(problem) : this.text(problem);
  }

  /** Prompt and solution, of which the solution and its end are trained; of a conversation every assistant's turn. */
  example(problem: Problem, solution: string | readonly ChatMessage[]): TrainingExample {
    if (!this.chat) {
      const { tokens, lossMask } = encodePromptCompletion(this.tokenizer, {
        prompt: this.text(problem),
        completion: typeof solution === 'string' ? solution : textOf(solution),
      });
      return { tokens: this.checked(tokens), lossMask };
    }
    const prompt = this.conversation(problem);
    const completion = typeof solution === 'string' ? [{ role: 'assistant', content: solution }] : solution;
    const turns = [...prompt, ...completion].filter(isAssistant);
    const { tokens, lossMask } =
      turns.length > 1
        ? encodeConversation(this.tokenizer, [...prompt, ...completion], { assistantOnly: true, ...this.options })
        : encodePromptCompletion(this.tokenizer, { prompt, completion }, this.options);
    return { tokens: this.checked(tokens), lossMask };
  }

  /** Tokens of the problem's solution, its end included; undefined without one. */
  solutionTokens(problem: Problem): number | undefined {
    const solution = this.task.solution(problem);
    return solution === undefined ? undefined : this.responseTokens(problem, solution);
  }

  /** Tokens that a response of this text has. */
  responseTokens(problem: Problem, solution: string | readonly ChatMessage[]): number {
    const { tokens, lossMask } = this.example(problem, solution);
    const first = lossMask.indexOf(1);
    return first < 0 ? 0 : tokens.length - first;
  }

  private conversation({ messages, prompt, row, system }: Problem): readonly ChatMessage[] {
    const asked = messages ?? [{ role: 'user' as const, content: fill(this.template, prompt, row) }];
    const first = this.system ?? system;
    return first === undefined
      ? asked
      : [{ role: 'system', content: first }, ...asked.filter(({ role }) => role !== 'system')];
  }

  private text({ prompt, messages, row }: Problem): string {
    return fill(this.template, messages ? textOf(messages) : prompt, row);
  }

  private checked(tokens: number[]): number[] {
    checkTokenIds(tokens, this.vocabularySize, this.tokenizer, 'task');
    return tokens;
  }
}

const isAssistant = ({ role }: ChatMessage): boolean => role === 'assistant';

/** The texts of messages; what is not a text as JSON. */
export const textOf = (messages: readonly ChatMessage[]): string =>
  messages.map(({ content }) => (typeof content === 'string' ? content : JSON.stringify(content ?? ''))).join('\n');

/** `{prompt}` is the problem's prompt, any other name in braces a column of its row; other braces stay. */
export function fill(template: string, prompt: string, row: Problem['row']): string {
  return template.replace(/\{([^{}]+)\}/g, (whole, name: string) => {
    if (name === 'prompt') return prompt;
    const value = valueAt(row, name);
    return value === undefined || value === null ? whole : typeof value === 'string' ? value : JSON.stringify(value);
  });
}

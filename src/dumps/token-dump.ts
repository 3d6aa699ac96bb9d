/** The tokens of a dump in typed arrays, step by step: 16 to 28 bytes per token, whatever the file's format. */

/** Tokens up to which a dump is opened: at most 560 MB. */
export const MOST_TOKENS = 20_000_000;
/** Distinct token texts that are kept, and characters of prompts; later ones are shown without text. */
const MOST_TEXTS = 1 << 20;
const MOST_PROMPT_CHARACTERS = 32 * 2 ** 20;
const LONGEST_PROMPT = 4000;

const TEXT_BIT = 0x80000000;
/** Of a token of which the dump says neither id nor text. */
const NO_TOKEN = 0x7fffffff;

/** The response tokens of one row, without those that are masked out. */
export interface DumpRow {
  step: number;
  prompt: string;
  minibatch: number;
  /** NaN without one. */
  reward: number;
  oldLogprobs: ArrayLike<number>;
  logprobs: ArrayLike<number>;
  advantages: ArrayLike<number>;
  entropies?: ArrayLike<number>;
  oldEntropies?: ArrayLike<number>;
  samplerLogprobs?: ArrayLike<number>;
  /** Ids or texts. */
  tokens?: ArrayLike<number | string>;
}

type Numbers = Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

/** An array that grows. */
class Growing<T extends Numbers> {
  length = 0;
  private values: T;

  constructor(private readonly make: (length: number) => T) {
    this.values = make(64);
  }

  get view(): T {
    return this.values.subarray(0, this.length) as T;
  }

  push(value: number): void {
    this.reserve(1);
    this.values[this.length++] = value;
  }

  /** @param value by place in the row */
  append(count: number, value: (at: number) => number): void {
    this.reserve(count);
    for (let i = 0; i < count; i++) this.values[this.length + i] = value(i);
    this.length += count;
  }

  private reserve(count: number): void {
    if (this.length + count <= this.values.length) return;
    const larger = this.make(Math.max(this.length + count, Math.ceil(this.values.length * 1.5)));
    larger.set(this.view);
    this.values = larger;
  }
}

const floats = () => new Growing((length) => new Float32Array(length));
const words = () => new Growing((length) => new Uint32Array(length));

/** Optional per-token columns. */
export const OPTIONAL = ['entropies', 'oldEntropies', 'samplerLogprobs'] as const;
export type OptionalColumn = (typeof OPTIONAL)[number];

export class StepTokens {
  /** Of response i: its tokens are first[i] up to first[i + 1]. */
  private readonly firsts = words();
  private readonly promptOf = words();
  private readonly minibatchOf = words();
  private readonly rewardOf = floats();
  private readonly old = floats();
  private readonly now = floats();
  private readonly advantageOf = floats();
  private readonly token = words();
  private readonly optional = new Map<OptionalColumn, Growing<Float32Array<ArrayBuffer>>>();

  constructor(readonly step: number) {
    this.firsts.push(0);
  }

  get tokens(): number {
    return this.old.length;
  }
  get responses(): number {
    return this.firsts.length - 1;
  }
  get first(): Uint32Array {
    return this.firsts.view;
  }
  get minibatches(): Uint32Array {
    return this.minibatchOf.view;
  }
  get rewards(): Float32Array {
    return this.rewardOf.view;
  }
  get prompts(): Uint32Array {
    return this.promptOf.view;
  }
  get oldLogprobs(): Float32Array {
    return this.old.view;
  }
  get logprobs(): Float32Array {
    return this.now.view;
  }
  get advantages(): Float32Array {
    return this.advantageOf.view;
  }
  get codes(): Uint32Array {
    return this.token.view;
  }

  /** Undefined unless every response of the step has it. */
  column(name: OptionalColumn): Float32Array | undefined {
    const found = this.optional.get(name);
    return found && found.length === this.tokens ? found.view : undefined;
  }

  /** @param codes of the row's tokens */
  add(row: DumpRow, prompt: number, codes: (at: number) => number): void {
    const count = row.logprobs.length;
    for (const name of OPTIONAL) {
      const values = row[name];
      if (!values) continue;
      // A column that begins in a later row stays incomplete.
      if (!this.optional.has(name) && this.tokens > 0) continue;
      const column = this.optional.get(name) ?? floats();
      this.optional.set(name, column);
      if (column.length === this.tokens) column.append(count, (i) => values[i] ?? NaN);
    }
    this.old.append(count, (i) => row.oldLogprobs[i] ?? NaN);
    this.now.append(count, (i) => row.logprobs[i] ?? NaN);
    this.advantageOf.append(count, (i) => row.advantages[i] ?? NaN);
    this.token.append(count, codes);
    this.firsts.push(this.tokens);
    this.promptOf.push(prompt);
    this.minibatchOf.push(row.minibatch);
    this.rewardOf.push(row.reward);
  }
}

export class TokenDump {
  readonly steps = new Map<number, StepTokens>();
  tokens = 0;
  responses = 0;
  private readonly texts: string[] = [];
  private readonly textCodes = new Map<string, number>();
  private readonly prompts: string[] = [''];
  private readonly promptCodes = new Map<string, number>([['', 0]]);
  private promptCharacters = 0;

  constructor(readonly name: string) {}

  add(row: DumpRow): void {
    const step = this.steps.get(row.step) ?? new StepTokens(row.step);
    this.steps.set(row.step, step);
    const { tokens } = row;
    step.add(row, this.promptCode(row.prompt), (i) => this.code(tokens?.[i]));
    this.tokens += row.logprobs.length;
    this.responses += 1;
  }

  /** The steps in ascending order. */
  get sorted(): StepTokens[] {
    return [...this.steps.values()].sort((a, b) => a.step - b.step);
  }

  prompt(code: number): string {
    return this.prompts[code] ?? '';
  }

  /** The text of a token; `#17` where the dump has only its id. */
  tokenText(code: number): string {
    if (code === NO_TOKEN) return '·';
    return code >= TEXT_BIT ? (this.texts[code - TEXT_BIT] ?? '·') : `#${code}`;
  }

  private code(token: number | string | undefined): number {
    if (typeof token === 'number') return token;
    if (token === undefined) return NO_TOKEN;
    const known = this.textCodes.get(token);
    if (known !== undefined) return known;
    if (this.texts.length >= MOST_TEXTS) return NO_TOKEN;
    const code = TEXT_BIT + this.texts.length;
    this.texts.push(token);
    this.textCodes.set(token, code);
    return code;
  }

  private promptCode(text: string): number {
    const shown = text.length > LONGEST_PROMPT ? `${text.slice(0, LONGEST_PROMPT)}…` : text;
    const known = this.promptCodes.get(shown);
    if (known !== undefined) return known;
    if (this.promptCharacters + shown.length > MOST_PROMPT_CHARACTERS) return 0;
    this.promptCharacters += shown.length;
    this.promptCodes.set(shown, this.prompts.length);
    this.prompts.push(shown);
    return this.prompts.length - 1;
  }
}

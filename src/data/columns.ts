/** The columns of a data set: their types, and a guess of what they mean. */
import { inputError } from '../errors.ts';
import type { DataColumns } from './config.ts';
import { looksLikeMessages } from './messages.ts';
import type { Row } from './row.ts';

export type ColumnType = 'string' | 'number' | 'boolean' | 'list' | 'object' | 'messages' | 'null' | 'mixed';

/** Rows without common fields are no table. */
const MOST_COLUMNS = 1000;

interface Seen {
  types: Set<ColumnType>;
  /** Rows that have a value. */
  count: number;
  /** All texts are numbers. */
  numeric: boolean;
  characters: number;
  /** Fields of objects, one level deep; undefined for a field itself. */
  fields?: Map<string, Seen>;
}

export class ColumnTypes {
  private readonly columns = new Map<string, Seen>();

  /**
   * @param name of the file, for messages
   * @param untyped all values are text (CSV): a column of which all values are numbers counts as one of numbers
   */
  constructor(
    private readonly name: string,
    private readonly untyped: boolean,
  ) {}

  /** @throws StudioError `input` for more than 1000 columns */
  add(row: Row): void {
    for (const name in row) note(this.columns, name, row[name], true);
    if (this.columns.size > MOST_COLUMNS)
      throw inputError(this.name, `expected at most ${MOST_COLUMNS} columns, found more`);
  }

  get names(): string[] {
    return [...this.columns.keys()];
  }

  types(): Record<string, ColumnType> {
    return Object.fromEntries([...this.columns].map(([name, seen]) => [name, typeOf(seen, this.untyped)]));
  }

  /**
   * The columns by names that data sets use, else by their content.
   *
   * @returns undefined if no column can be the prompt
   */
  guess(): DataColumns | undefined {
    const types = new Map([...this.columns].map(([name, seen]) => [name, typeOf(seen, false)]));
    for (const [name, { fields }] of this.columns)
      for (const [inner, seen] of fields ?? [])
        if (!types.has(`${name}.${inner}`)) types.set(`${name}.${inner}`, typeOf(seen, false));
    const find = (
      names: readonly string[],
      allowed: readonly ColumnType[],
      but: readonly (string | undefined)[] = [],
    ) => {
      const found = names.flatMap((name) => [...types.keys()].filter((given) => given.toLowerCase() === name));
      return found.find((name) => allowed.includes(types.get(name) ?? 'null') && !but.includes(name));
    };
    const extras = (but: readonly (string | undefined)[]) => {
      const answer = find(ANSWERS, SCALARS, but);
      const difficulty = find(DIFFICULTIES, ['string', 'number'], [...but, answer]);
      return { ...(answer !== undefined && { answer }), ...(difficulty !== undefined && { difficulty }) };
    };
    const messages = find(MESSAGES, ['messages']) ?? onlyOf(types, 'messages', ['prompt']);
    const named = find(PROMPTS, ['string', 'messages', 'mixed']);
    if (messages !== undefined && (named === undefined || types.get(named) === 'string') && !find(ANSWERS, SCALARS))
      return { messages };
    const prompt = named ?? this.longestText();
    if (prompt === undefined) return messages === undefined ? undefined : { messages, ...extras([messages]) };
    const system = find(SYSTEMS, ['string'], [prompt]);
    const beside = extras([prompt, system]);
    const completion = find(COMPLETIONS, ['string', 'messages'], [prompt, beside.answer]);
    const only = beside.answer === undefined && completion === undefined ? this.otherText(prompt) : undefined;
    return {
      prompt,
      ...beside,
      ...(completion !== undefined && { completion }),
      ...(only !== undefined && { answer: only }),
      ...(system !== undefined && { system }),
    };
  }

  /** Of two or more columns of text, the one with the longest; that of a table with one column. */
  private longestText(): string | undefined {
    const texts = [...this.columns].filter(([, seen]) => typeOf(seen, this.untyped) === 'string');
    const mean = ({ characters, count }: Seen) => characters / Math.max(1, count);
    return texts.sort(([, a], [, b]) => mean(b) - mean(a))[0]?.[0];
  }

  /** The other column of a table with two. */
  private otherText(prompt: string): string | undefined {
    const others = this.names.filter((name) => name !== prompt);
    const [other] = others;
    const seen = other === undefined ? undefined : this.columns.get(other);
    return others.length === 1 && seen && SCALARS.includes(typeOf(seen, false)) ? other : undefined;
  }
}

const SCALARS: readonly ColumnType[] = ['string', 'number', 'boolean', 'mixed'];
const MESSAGES = ['messages', 'conversations', 'conversation', 'dialog', 'dialogue', 'chat'];
const PROMPTS = ['prompt', 'question', 'problem', 'instruction', 'query', 'input', 'user'];
const ANSWERS = [
  'answer',
  'reward_model.ground_truth',
  'ground_truth',
  'final_answer',
  'expected_answer',
  'reference_answer',
  'reference',
  'target',
  'label',
];
const COMPLETIONS = ['completion', 'response', 'output', 'solution', 'chosen', 'generation'];
const DIFFICULTIES = ['difficulty', 'level'];
const SYSTEMS = ['system', 'system_prompt'];

function onlyOf(types: ReadonlyMap<string, ColumnType>, type: ColumnType, but: readonly string[]): string | undefined {
  const found = [...types].filter(([name, one]) => one === type && !name.includes('.') && !but.includes(name));
  return found.length === 1 ? found[0]?.[0] : undefined;
}

function note(columns: Map<string, Seen>, name: string, value: unknown, nested: boolean): void {
  let seen = columns.get(name);
  if (!seen) {
    if (columns.size > MOST_COLUMNS) return;
    seen = { types: new Set(), count: 0, numeric: true, characters: 0 };
    columns.set(name, seen);
  }
  const type = valueType(value);
  if (type === 'null') return;
  seen.types.add(type);
  if (typeof value === 'string') {
    seen.characters += value.length;
    if (value === '') return;
    seen.numeric &&= isNumber(value);
  }
  seen.count += 1;
  if (type !== 'object' || !nested) return;
  seen.fields ??= new Map();
  const fields = value as Record<string, unknown>;
  for (const inner in fields) note(seen.fields, inner, fields[inner], false);
}

function valueType(value: unknown): ColumnType {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return looksLikeMessages(value) ? 'messages' : 'list';
  const type = typeof value;
  return type === 'string' || type === 'number' || type === 'boolean' ? type : 'object';
}

const isNumber = (text: string) => /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(text);

function typeOf({ types, numeric, count }: Seen, untyped: boolean): ColumnType {
  const [only, ...more] = types;
  if (only === undefined) return 'null';
  if (more.length > 0) return types.size === 2 && types.has('list') && types.has('messages') ? 'messages' : 'mixed';
  if (only !== 'string' || !untyped) return only;
  if (count === 0) return 'null';
  return numeric ? 'number' : 'string';
}

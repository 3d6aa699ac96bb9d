/** Schema issues in words: the field, the expected value and the found one. The validator's own text is never shown. */
import { z } from 'zod';
import { inputError } from '../errors.ts';

export interface FieldIssue {
  /** Dotted path of the field; empty for the whole value. */
  path: string;
  /** `expected ..., found ...` */
  message: string;
}

/** Longest list of alternatives that a message spells out. */
const MOST_LISTED = 24;
/** Longest name of a field that a message repeats. */
const LONGEST_NAME = 200;

const named = (step: PropertyKey): string => {
  const name = String(step);
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}...` : name;
};

/** Longest piece of a found text that a message repeats. */
const MOST_SHOWN = 40;

/** The parsed value, or the issues of the best matching alternative. */
export function readAs<S extends z.ZodType>(
  schema: S,
  value: unknown,
): { ok: true; value: z.output<S> } | { ok: false; issues: FieldIssue[] } {
  const result = schema.safeParse(value, { error: messageOf });
  if (result.success) return { ok: true, value: result.data };
  return {
    ok: false,
    issues: closestIssues(result.error.issues).map(({ path, message }) => ({
      path: path.map(named).join('.'),
      message,
    })),
  };
}

/**
 * @param where the value's name in messages, usually its file
 * @param section path of the value in that file
 * @throws StudioError `input` with the first issue, as `where: field: expected ..., found ...`
 */
export function parseAs<S extends z.ZodType>(schema: S, value: unknown, where: string, section = ''): z.output<S> {
  const result = readAs(schema, value);
  if (result.ok) return result.value;
  const [issue = { path: '', message: 'expected a valid value' }] = result.issues;
  const path = [section, issue.path].filter(Boolean).join('.');
  throw inputError(where, path ? `${path}: ${issue.message}` : issue.message);
}

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

/**
 * Issues of fields, with whole paths. A union reports a list of issues per alternative: that of the alternative whose
 * type fits and that has the fewest issues counts. Issues inside of a record's key belong to the record's entry.
 */
function closestIssues(issues: readonly Issue[]): Issue[] {
  return issues.flatMap((issue) => {
    const inside =
      // A union's own message is more specific than its alternatives' messages.
      issue.code === 'invalid_union' && issue.message === '' ? closest(issue.errors) : undefined;
    if (inside) return closestIssues(inside).map((one) => ({ ...one, path: [...issue.path, ...one.path] }));
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key): Issue => ({ ...issue, path: [...issue.path, key] }));
    return [issue];
  });
}

function closest(alternatives: readonly Issue[][]): Issue[] | undefined {
  const otherType = (issues: Issue[]) =>
    Number(issues.some(({ code, path }) => path.length === 0 && (code === 'invalid_type' || code === 'invalid_value')));
  return [...alternatives].sort((a, b) => otherType(a) - otherType(b) || a.length - b.length)[0];
}

/** The message of an issue; empty for a union whose alternatives say what is wrong. */
function messageOf(issue: RawIssue): string {
  const found = foundText(issue.input);
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${expectedText(issue)}, ${found}`;
    case 'invalid_value':
      return `expected ${oneOf(issue.values)}, ${found}`;
    case 'too_small':
    case 'too_big':
      return `expected ${boundText(issue)}, ${lengthFound(issue.input)}`;
    case 'unrecognized_keys': {
      const known = Object.keys((issue.inst as z.ZodObject | undefined)?.shape ?? {});
      const near = issue.keys.map((key) => known.find((name) => isNear(key, name))).find(Boolean);
      const expected = near !== undefined ? `did you mean ${near}?` : `expected ${oneOf(known)}`;
      return `unknown field; ${expected}`;
    }
    case 'invalid_union': {
      const { discriminator, options } = issue as { discriminator?: string; options?: z.core.util.Primitive[] };
      if (discriminator === undefined) return '';
      return `expected ${oneOf(options ?? [])}, ${foundText((issue.input as Record<string, unknown>)[discriminator])}`;
    }
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'expected another name';
    default:
      return `expected another value, ${found}`;
  }
}

/** The type that a schema expects, where the value has another type. */
function expectedText({ expected, inst }: RawIssue & { code: 'invalid_type' }): string {
  switch (expected) {
    case 'int':
      return 'a whole number';
    case 'number':
      return inst instanceof z.ZodNumber && inst.isInt ? 'a whole number' : 'a number';
    case 'string':
      return 'text';
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list';
    case 'object':
    case 'record':
      return 'an object';
    default:
      return expected;
  }
}

type BoundIssue = RawIssue & { code: 'too_small' | 'too_big' };

function boundText(issue: BoundIssue): string {
  const [bound, word] =
    issue.code === 'too_small'
      ? [issue.minimum, issue.inclusive === false ? 'more than' : 'at least']
      : [issue.maximum, issue.inclusive === false ? 'less than' : 'at most'];
  const unit = { string: 'character', array: 'entry' }[issue.origin as string];
  if (unit === undefined) return `${issue.origin === 'int' ? 'a whole number of ' : ''}${word} ${bound}`;
  return `${word} ${bound} ${Number(bound) === 1 ? unit : unit === 'entry' ? 'entries' : 'characters'}`;
}

/** As `foundText`; the length of values that have one. */
function lengthFound(input: unknown): string {
  if (typeof input === 'string') return `found ${input.length}`;
  return Array.isArray(input) ? `found ${input.length}` : foundText(input);
}

function foundText(input: unknown): string {
  if (input === undefined) return 'but the field is missing';
  if (typeof input === 'string')
    return `found ${JSON.stringify(input.length > MOST_SHOWN ? `${input.slice(0, MOST_SHOWN)}...` : input)}`;
  if (Array.isArray(input)) return 'found a list';
  return typeof input === 'object' && input !== null ? 'found an object' : `found ${String(input)}`;
}

function oneOf(values: readonly unknown[]): string {
  const listed = values.slice(0, MOST_LISTED).map((value) => String(value));
  if (values.length > MOST_LISTED) listed.push('...');
  return listed.length === 1 ? (listed[0] ?? '') : `one of ${listed.join(', ')}`;
}

/** Whether a name is a likely typo of another: at most two letters changed, added or left out. */
function isNear(name: string, other: string): boolean {
  let before = Array.from({ length: other.length + 1 }, (_, j) => j);
  for (let i = 1; i <= name.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++)
      row.push(
        Math.min(
          (before[j] ?? 0) + 1,
          (row[j - 1] ?? 0) + 1,
          (before[j - 1] ?? 0) + Number(name[i - 1] !== other[j - 1]),
        ),
      );
    before = row;
  }
  return (before[other.length] ?? Infinity) <= 2;
}

/** Reads a number as people type it, or says in one sentence what is wrong with the text and what to write. */

export interface NumberFormat {
  /** Only whole numbers. */
  whole?: boolean;
  /** A unit that may follow the number, such as `tokens`; its singular is accepted as well. */
  unit?: string | undefined;
  /** The number is a share of 1, so `20 %` means 0.2; elsewhere a per cent sign is refused. */
  share?: boolean;
  /** The word that the empty field shows, such as `off`; typing it empties the field. */
  empty?: string;
  /** An empty field is a problem. */
  required?: boolean;
  minimum?: number;
  /** The minimum itself is not allowed. */
  exclusive?: boolean;
  maximum?: number;
}

/** A number, undefined for an empty field; or the text as typed with its problem. */
export type NumberEntry = { value: number | undefined } | { text: string; problem: string };

const PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** One comma or dot with three digits after it and one to three before, not beginning with 0. */
const COMMA_GROUP = /^[+-]?[1-9]\d{0,2},\d{3}$/;
const DOT_GROUP = /^[+-]?[1-9]\d{0,2}\.\d{3}$/;
const DECIMAL_COMMA = /^[+-]?\d*,\d+(e[+-]?\d+)?$/i;
/** Groups of three digits that can have one meaning only: two or more, or a decimal sign of the other kind. */
const COMMA_GROUPS = /^[+-]?[1-9]\d{0,2}((,\d{3}){2,}(\.\d+)?|,\d{3}\.\d+)$/;
const DOT_GROUPS = /^[+-]?[1-9]\d{0,2}((\.\d{3}){2,}(,\d+)?|\.\d{3},\d+)$/;
const SPACE_GROUPS = /^[+-]?[1-9]\d{0,2}(\s\d{3})+([.,]\d+)?$/;

/** The number in a text, checked against the format. */
export function parseNumber(text: string, format: NumberFormat = {}): NumberEntry {
  // `trim` and \s include thin, narrow and no-break spaces.
  const trimmed = text.trim().replace(/\u2212/g, '-');
  const wrong = (problem: string): NumberEntry => ({ text, problem });
  if (trimmed === '' && format.required === true) return wrong(`Write a number such as ${example(format)}.`);
  if (trimmed === '' || trimmed.toLowerCase() === format.empty?.toLowerCase()) return { value: undefined };
  const percent = trimmed.endsWith('%');
  if (percent && format.share !== true)
    return wrong(`A per cent sign is not accepted here. Write the number alone, such as ${example(format)}.`);
  const bare = withoutUnit(percent ? trimmed.slice(0, -1).trim() : trimmed, format.unit);
  if (COMMA_GROUP.test(bare) || (format.whole === true && DOT_GROUP.test(bare))) return wrong(ambiguous(bare));
  const digits = normalized(bare);
  if (digits === undefined)
    return wrong(`“${text.trim()}” is not a number. Write a number such as ${example(format)}.`);
  const number = percent ? Number(`${digits}e-2`) || Number(digits) / 100 : Number(digits);
  if (!Number.isFinite(number)) return wrong('The number is too large. Write a number below 1e308.');
  if (format.whole === true && !Number.isInteger(number))
    return wrong(`Expected a whole number, found ${bare}. Write a number such as ${example(format)}.`);
  const range = rangeProblem(number, format);
  return range === undefined ? { value: number } : wrong(range);
}

const example = ({ whole, share }: NumberFormat): string =>
  whole === true ? '16' : share === true ? '0.2 or 20 %' : '0.001 or 1e-3';

/** The text in JavaScript's notation; undefined if it is not a number. */
function normalized(text: string): string | undefined {
  if (PLAIN.test(text)) return text;
  if (DECIMAL_COMMA.test(text)) return text.replace(',', '.');
  if (COMMA_GROUPS.test(text)) return text.replaceAll(',', '');
  if (DOT_GROUPS.test(text)) return text.replaceAll('.', '').replace(',', '.');
  if (SPACE_GROUPS.test(text)) return text.replace(/\s/g, '').replace(',', '.');
  return undefined;
}

/** `1,000` is 1 or 1000, depending on where its writer comes from. */
function ambiguous(text: string): string {
  const [decimal, grouped] = [Number(text.replace(',', '.')), Number(text.replace(/[.,]/, ''))];
  return `“${text}” can mean ${decimal} or ${grouped}. Write ${decimal} or ${grouped}.`;
}

function withoutUnit(text: string, unit: string | undefined): string {
  if (unit === undefined) return text;
  const lower = text.toLowerCase();
  const found = [unit, unit.replace(/s$/, '')].find((word) => lower.endsWith(word.toLowerCase()));
  return found === undefined ? text : text.slice(0, text.length - found.length).trim();
}

/** In the words of the config's own checks (src/run/schema-issues.ts). */
function rangeProblem(value: number, { whole, minimum, exclusive, maximum }: NumberFormat): string | undefined {
  const kind = whole === true ? 'a whole number of ' : '';
  if (minimum !== undefined && (exclusive === true ? value <= minimum : value < minimum))
    return `Expected ${kind}${exclusive === true ? 'more than' : 'at least'} ${minimum}, found ${value}.`;
  if (maximum !== undefined && value > maximum) return `Expected ${kind}at most ${maximum}, found ${value}.`;
  return undefined;
}

/**
 * The next number of the arrow keys, within the format's range. A value below ten steps moves by one unit of its first
 * digit, so that a learning rate of 3e-4 becomes 4e-4, and 1e-4 becomes 9e-5, whatever the step is.
 *
 * @param from undefined for an empty field, which begins at its minimum or 0
 */
export function steppedNumber(from: number | undefined, direction: 1 | -1, step: number, format: NumberFormat): number {
  const { minimum = -Infinity, maximum = Infinity, exclusive } = format;
  if (from === undefined)
    return Math.max(Number.isFinite(minimum) ? minimum : 0, exclusive === true ? step : -Infinity);
  const size = Math.abs(from);
  const shrinking = direction * Math.sign(from) < 0;
  const magnitude = size === 0 ? step : 10 ** Math.floor(Math.log10(size * (shrinking ? 1 - 1e-9 : 1 + 1e-9)));
  const by = format.whole === true ? step : Math.min(step, size < 10 * step ? magnitude : step);
  const next = Number((from + direction * by).toPrecision(12));
  if (exclusive === true && next <= minimum) return from;
  return Math.min(Math.max(next, minimum), maximum);
}

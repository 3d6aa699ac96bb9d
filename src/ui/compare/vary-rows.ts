/** Varied fields as the page's rows of text, and what they mean. */
import type { Vary } from '../../compare/vary.ts';
import { VARIED_FIELDS } from '../../compare/vary.ts';
import type { ConfigField } from '../../run/config/fields.ts';
import type { VaryRow } from '../../store/compare-store.ts';
import { parseNumber } from '../inputs/parse-number.ts';
import { numberFormat } from '../recipe/number-format.ts';

/** One field per path: alternatives of a union that share a path are one choice. */
export const FIELDS_BY_PATH: ReadonlyMap<string, ConfigField> = new Map(
  VARIED_FIELDS.map((field) => [field.path, field] as const),
);

/** Groups of the list of fields: `rl` with its fields' labels. */
export function fieldGroups(): { group: string; items: { value: string; label: string }[] }[] {
  const groups = new Map<string, { value: string; label: string }[]>();
  for (const { path, label } of FIELDS_BY_PATH.values()) {
    const [group = ''] = path.split('.');
    const items = groups.get(group) ?? [];
    items.push({ value: path, label: `${label} (${path})` });
    groups.set(group, items);
  }
  return [...groups].map(([group, items]) => ({ group, items }));
}

/** The values of a row, or what is wrong with them. */
export function valuesOf({ path, values }: VaryRow): { values: unknown[] } | { problem: string } {
  const field = FIELDS_BY_PATH.get(path);
  if (!field) return { problem: 'Choose a field.' };
  const texts = values.split(/\s*[,;]\s*|\s+/).filter(Boolean);
  const parsed: unknown[] = [];
  for (const text of texts) {
    const one = valueOf(field, text);
    if ('problem' in one) return { problem: `${field.label}: ${one.problem}` };
    if (parsed.includes(one.value))
      return { problem: `${field.label}: ${text} is listed twice. Write each value once.` };
    parsed.push(one.value);
  }
  return parsed.length === 0
    ? { problem: `${field.label}: write values, such as ${exampleOf(field)}.` }
    : { values: parsed };
}

function valueOf(field: ConfigField, text: string): { value: unknown } | { problem: string } {
  if (field.nullable && text === 'off') return { value: null };
  if (field.kind === 'switch') {
    if (text === 'on' || text === 'off') return { value: text === 'on' };
    return { problem: `“${text}” is neither on nor off.` };
  }
  if (field.kind === 'choice') {
    const choices = field.choices ?? [];
    return choices.includes(text) ? { value: text } : { problem: `“${text}” is not one of ${choices.join(', ')}.` };
  }
  const entry = parseNumber(text, { ...numberFormat(field), required: true });
  return 'problem' in entry ? { problem: entry.problem } : { value: entry.value };
}

/** What the empty field of values shows. */
export function exampleOf(field: ConfigField | undefined): string {
  if (field?.kind === 'switch') return 'on, off';
  if (field?.kind === 'choice') return (field.choices ?? []).slice(0, 2).join(', ');
  return field?.path.endsWith('learning_rate') === true
    ? '1e-4, 3e-4'
    : field?.kind === 'integer'
      ? '1, 2, 4'
      : '0, 0.5, 1';
}

/** The rows as a sweep's `vary`; undefined without rows. */
export function varyOf(rows: readonly VaryRow[]): { vary: Vary | undefined } | { problem: string } {
  const vary: Vary = {};
  for (const row of rows) {
    if (row.path in vary) return { problem: `${FIELDS_BY_PATH.get(row.path)?.label ?? row.path} is listed twice.` };
    const values = valuesOf(row);
    if ('problem' in values) return values;
    vary[row.path] = values.values;
  }
  return { vary: rows.length > 0 ? vary : undefined };
}

/** Rows that show a stored sweep's `vary`; undefined if it has values that rows cannot show. */
export function rowsOf(vary: Vary | undefined): VaryRow[] | undefined {
  const rows = Object.entries(vary ?? {}).map(([path, values]) => ({
    path,
    values: values
      .map((value) => (value === null || value === false ? 'off' : value === true ? 'on' : String(value)))
      .join(', '),
  }));
  const read = varyOf(rows);
  const same = 'vary' in read && JSON.stringify(read.vary ?? {}) === JSON.stringify(vary ?? {});
  return same ? rows : undefined;
}

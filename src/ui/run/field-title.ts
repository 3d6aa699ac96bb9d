/** How a problem names its field where it is not shown beside the input. */
import { CONFIG_FIELDS } from '../../run/config-fields.ts';
import { fieldsOf, type ConfigField } from '../../run/config/fields.ts';
import { SftSource } from '../../run/config/sft.ts';

/** Fields of the entries of a list, by its path. */
const ENTRIES: Readonly<Record<string, readonly ConfigField[]>> = { 'sft.sources': fieldsOf(SftSource) };

/** By its label on the page: `Learning rate`, `Source 2, Amount`; empty for what is about the whole recipe. */
export function fieldTitle(path: string): string {
  const found = labelAt(CONFIG_FIELDS, path);
  if (found !== undefined || path === '') return found ?? '';
  // `task.rewards.1.pattern`: entries count from 1 on the page.
  const [, list = '', index, rest = ''] = /^(.+?)\.(\d+)(?:\.(.+))?$/.exec(path) ?? [];
  const entries = labelAt(CONFIG_FIELDS, list);
  if (entries !== undefined) {
    const entry = `${entries.replace(/s$/, '')} ${Number(index) + 1}`;
    const field = ancestorLabel(ENTRIES[list] ?? [], rest);
    return field === undefined ? entry : `${entry}, ${field}`;
  }
  // `task.bands.1 carry`: a share by its name.
  const [, shares = '', name = ''] = /^(.+)\.([^.]+)$/.exec(path) ?? [];
  const label = labelAt(CONFIG_FIELDS, shares);
  return label === undefined ? path : `${label}, ${name}`;
}

const labelAt = (fields: readonly ConfigField[], path: string): string | undefined =>
  fields.find((one) => one.path === path)?.label;

/** The label of a field, or of the field that it is in: a problem of `filter.0.column` is one of the filter. */
function ancestorLabel(fields: readonly ConfigField[], path: string): string | undefined {
  const [name = ''] = path.split('.');
  return labelAt(fields, path) ?? labelAt(fields, name);
}

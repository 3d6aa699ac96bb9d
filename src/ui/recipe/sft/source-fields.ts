/** The fields of a source of SFT, as its editor shows them. */
import { fieldsOf, type ConfigField } from '../../../run/config/fields.ts';
import { SftSource } from '../../../run/config/sft.ts';

const FIELDS: readonly ConfigField[] = fieldsOf(SftSource);

/** @param path in the source: `amount`, `teacher.style` */
export function sourceField(path: string): ConfigField {
  const found = FIELDS.find((field) => field.path === path);
  if (!found) throw new Error(`a source has no field ${path}`);
  return found;
}

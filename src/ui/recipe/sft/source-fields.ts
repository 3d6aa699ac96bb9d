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

/** Numbers of a teacher. */
export const TEACHER_NUMBERS = ['teacher.correct', 'teacher.consistency', 'teacher.verbosity'] as const;

/** Numbers of a source, whose problems are shown beside them. */
export const SOURCE_NUMBERS: readonly string[] = ['weight', 'amount', ...TEACHER_NUMBERS];

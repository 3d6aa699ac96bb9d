import { NativeSelect, TextInput } from '@mantine/core';
import type { SftSource } from '../../../run/config/sft.ts';
import type { TeacherConfig } from '../../../run/config/teacher.ts';
import { declarationOf } from '../../../run/config/task.ts';
import { useRecipe } from '../../../store/recipe-store.ts';
import { withValue } from '../../../store/sft-sources.ts';
import { capital } from '../../../views/capital.ts';
import { BandNumbers } from '../BandNumbers.tsx';
import { Field, helpOf } from '../Field.tsx';
import { NumberInput } from '../rewards/RewardField.tsx';
import { BandChips } from './BandChips.tsx';
import { sourceField, TEACHER_NUMBERS } from './source-fields.ts';

interface TeacherFieldsProps {
  source: SftSource & { teacher: TeacherConfig };
  /** Of the source in the recipe. */
  path: string;
  /** Begins the ids of its inputs. */
  id: string;
  name: string;
  onChange: (next: SftSource) => void;
}

/** What a teacher is like: style, correctness by band, consistency and length, and the bands of its problems. */
export function TeacherFields({ source, path, id, name, onChange }: TeacherFieldsProps) {
  const task = useRecipe((recipe) => recipe.config.task);
  const { styles = [], bands: bandsOf } = declarationOf(task.name) ?? {};
  const bands = bandsOf?.(task) ?? [];
  const { teacher } = source;
  const [style, called, byBand, taken] = ['teacher.style', 'teacher.name', 'teacher.correct_by_band', 'bands'].map(
    sourceField,
  ) as [Named, Named, Named, Named];
  const about = styles.find((one) => one.name === teacher.style)?.about;
  const known = styles.some((one) => one.name === teacher.style);
  return (
    <>
      <Field id={`${id}-name`} label={called.label} help={called.description} paths={[]}>
        <TextInput
          id={`${id}-name`}
          aria-describedby={`${id}-name-help`}
          size="xs"
          w={132}
          autoComplete="off"
          maxLength={60}
          placeholder={called.absent ?? ''}
          value={teacher.name ?? ''}
          onChange={(event) => {
            const { name: _name, ...rest } = teacher;
            const text = event.currentTarget.value;
            onChange({ ...source, teacher: text === '' ? rest : { ...rest, name: text } });
          }}
        />
      </Field>
      <Field id={`${id}-style`} label={style.label} help={style.description} paths={[]}>
        <NativeSelect
          id={`${id}-style`}
          aria-describedby={`${id}-style-help`}
          size="xs"
          w={132}
          value={teacher.style}
          data={[...(known ? [] : [teacher.style]), ...styles.map((one) => one.name)]}
          onChange={(event) => onChange({ ...source, teacher: { ...teacher, style: event.currentTarget.value } })}
        />
      </Field>
      {about !== undefined && <p className="hint">{capital(about)}.</p>}
      {TEACHER_NUMBERS.map((one) => {
        const field = sourceField(one);
        const own = `${id}-${one.replace('.', '-')}`;
        return (
          <Field key={one} id={own} label={field.label} help={helpOf(field)} paths={[`${path}.${one}`]}>
            <NumberInput field={field} path={`${path}.${one}`} id={own} label={`${field.label} of ${name}`} />
          </Field>
        );
      })}
      <Field id={`${id}-by-band`} label={byBand.label} help={byBand.description} paths={[]}>
        <BandNumbers
          path={`${path}.teacher.correct_by_band`}
          id={`${id}-by-band`}
          label={`${byBand.label} of ${name}`}
          labelOf={(band) => `Correct in ${band}`}
          bands={bands}
          format={{ minimum: 0, maximum: 1 }}
          step={0.1}
        />
      </Field>
      <Field id={`${id}-bands`} label={taken.label} help={taken.description} paths={[]}>
        <BandChips
          id={`${id}-bands`}
          label={`${taken.label} of ${name}`}
          bands={bands}
          chosen={source.bands}
          onChange={(chosen) => onChange(withValue(source, 'bands', chosen))}
        />
      </Field>
    </>
  );
}

type Named = ReturnType<typeof sourceField>;

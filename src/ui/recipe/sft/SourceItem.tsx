import { ActionIcon, Button, NativeSelect } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { SftSource } from '../../../run/config/sft.ts';
import { defaultText } from '../../../run/config/fields.ts';
import { useRecipe } from '../../../store/recipe-store.ts';
import { withValue, type Division } from '../../../store/sft-sources.ts';
import { leftOutText, shareText, type SftView } from '../../../views/sft.ts';
import { Field, helpOf } from '../Field.tsx';
import { NumberInput } from '../rewards/RewardField.tsx';
import { FilterFields } from './FilterFields.tsx';
import { sourceField, SOURCE_NUMBERS } from './source-fields.ts';
import { TaughtRows } from './TaughtRows.tsx';
import { TeacherFields } from './TeacherFields.tsx';
import { capital } from '../../../views/capital.ts';

interface SourceItemProps {
  source: SftSource;
  index: number;
  division: Division;
  view: SftView | undefined;
  onChange: (next: SftSource) => void;
  onRemove: () => void;
}

/** One source: its share of an epoch, which of its rows are used, and what that gives. */
export function SourceItem({ source, index, division, view, onChange, onRemove }: SourceItemProps) {
  const path = `sft.sources.${index}`;
  const id = `sft-source-${index}`;
  const name = nameOf(source);
  const { teacher } = source;
  // A teacher's amount says how many problems it solves, however an epoch is divided.
  const shares = [...(teacher ? ['amount'] : []), ...(division === 'weights' ? ['weight'] : teacher ? [] : ['amount'])];
  const held = sourceField('held_out');
  const generated = useRecipe(({ config }) => source.task === true && config.task.name !== 'dataset');
  const endless = useRecipe(({ config }) => generated && config.sft?.sources?.length === 1 && !config.sft.epochs);
  // Beside weights there is no default; problems without end have an amount, or none in steps of their own.
  const required = division === 'weights' || generated || teacher !== undefined;
  // Problems of its numbers are shown beside them.
  const problem = useRecipe(
    ({ problems }) =>
      Object.entries(problems).find(
        ([one]) => one === path || (one.startsWith(`${path}.`) && !SOURCE_NUMBERS.includes(one.slice(path.length + 1))),
      )?.[1],
  );
  const counts = view?.sources[index];
  return (
    <li className="source" data-testid={id}>
      <div className="source-head">
        <b>{name}</b>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={22}
          aria-label={`Remove source ${name}`}
          title={`Remove source ${name}`}
          onClick={onRemove}
        >
          <IconX size={13} aria-hidden />
        </ActionIcon>
      </div>
      {source.columns && <p className="hint">{columnsText(source.columns)}</p>}
      {shares.map(sourceField).map((share, i) => {
        const own = i === 0 ? `${id}-share` : `${id}-${share.path}`;
        return (
          <Field key={own} id={own} label={share.label} help={helpOf(share)} paths={[`${path}.${share.path}`]}>
            <NumberInput
              field={share}
              path={`${path}.${share.path}`}
              id={own}
              label={`${share.label} of ${name}`}
              width={share.unit === undefined ? 92 : 116}
              placeholder={endless ? 'none' : required ? 'required' : (defaultText(share) ?? '')}
            />
          </Field>
        );
      })}
      {teacher && <TeacherFields source={{ ...source, teacher }} path={path} id={id} name={name} onChange={onChange} />}
      {source.data && (
        <Field id={`${id}-held`} label={held.label} help={held.description} paths={[]}>
          <NativeSelect
            id={`${id}-held`}
            aria-describedby={`${id}-held-help`}
            size="xs"
            w={116}
            value={heldOf(source)}
            data={[
              { value: 'none', label: 'none' },
              { value: 'share', label: 'a tenth' },
              ...(heldOf(source) === 'other' ? [{ value: 'other', label: 'as loaded' }] : []),
            ]}
            onChange={(event) =>
              onChange(withValue(source, 'held_out', event.currentTarget.value === 'none' ? undefined : { share: 0.1 }))
            }
          />
        </Field>
      )}
      {/* A task that makes its own problems has no rows to filter; a recipe from elsewhere may ask for it. */}
      {!generated && (
        <FilterFields
          source={source}
          id={id}
          name={name}
          onChange={(filter) => onChange(withValue(source, 'filter', filter))}
        />
      )}
      {problem !== undefined && (
        <p className="field-problem" role="alert" data-testid={`${id}-problem`}>
          {problem}
          {generated && source.filter && (
            <Button
              size="compact-xs"
              variant="default"
              display="block"
              mt={4}
              onClick={() => onChange(withValue(source, 'filter', undefined))}
            >
              Remove the filter
            </Button>
          )}
        </p>
      )}
      {view && counts && (
        <p className="hint" data-testid={`${id}-counts`}>
          {[`${capital(shareText(counts, view.epochSize))}.`, ...leftOutText(counts, view)].join(' ')}
        </p>
      )}
      {counts?.bands && <TaughtRows source={counts} id={id} />}
    </li>
  );
}

const nameOf = ({ data, teacher }: SftSource): string =>
  teacher
    ? `teacher ${teacher.name ?? teacher.style}`
    : data
      ? (data.path
          .replace(/^embedded:/, '')
          .split(/[/\\]/)
          .at(-1) ?? data.path)
      : 'The task';

const columnsText = (columns: NonNullable<SftSource['columns']>): string =>
  `${capital(
    Object.entries(columns)
      .map(([role, column]) => `${role} from ${column}`)
      .join(', '),
  )}.`;

function heldOf({ held_out: heldOut }: SftSource): 'none' | 'share' | 'other' {
  if (!heldOut) return 'none';
  return 'share' in heldOut && heldOut.share === 0.1 ? 'share' : 'other';
}

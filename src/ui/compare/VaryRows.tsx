import { ActionIcon, Button, SegmentedControl, Select, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { Combine } from '../../compare/vary.ts';
import type { VaryRow } from '../../store/compare-store.ts';
import { exampleOf, fieldGroups, FIELDS_BY_PATH } from './vary-rows.ts';

interface VaryRowsProps {
  rows: readonly VaryRow[];
  /** What the fields are: `varied`, `tuned`. */
  name: string;
  disabled: boolean;
  onChange: (rows: VaryRow[]) => void;
  /** How two or more fields are combined, where that is a choice. */
  combine?: Combine;
  onCombine?: (combine: Combine) => void;
}

/** Fields of the recipe with the values that a sweep gives them. */
export function VaryRows({ rows, name, disabled, onChange, combine, onCombine }: VaryRowsProps) {
  const groups = useMemo(() => fieldGroups(), []);
  const change = (i: number, to: Partial<VaryRow>) =>
    onChange(rows.map((row, k) => (k === i ? { ...row, ...to } : row)));
  return (
    <>
      {rows.map(({ path, values }, i) => {
        const field = FIELDS_BY_PATH.get(path);
        const label = field?.label ?? `${name} field ${i + 1}`;
        return (
          <div key={i} className="vary-row" data-testid={`${name}-row`}>
            <Select
              size="xs"
              aria-label={`${name[0]?.toUpperCase()}${name.slice(1)} field ${i + 1}`}
              placeholder="Field"
              searchable
              nothingFoundMessage="No such field"
              data={groups}
              value={path === '' ? null : path}
              disabled={disabled}
              comboboxProps={{ withinPortal: true, width: 320, position: 'bottom-start' }}
              onChange={(value) => change(i, { path: value ?? '' })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={`Remove ${label}`}
              disabled={disabled}
              onClick={() => onChange(rows.filter((_, k) => k !== i))}
            >
              <IconX size={14} aria-hidden />
            </ActionIcon>
            <TextInput
              size="xs"
              aria-label={`Values of ${label}`}
              placeholder={exampleOf(field)}
              value={values}
              disabled={disabled}
              onChange={(event) => change(i, { values: event.currentTarget.value })}
            />
          </div>
        );
      })}
      {rows.length > 1 && combine !== undefined && (
        <SegmentedControl
          size="xs"
          fullWidth
          mb={6}
          aria-label="Combination"
          disabled={disabled}
          value={combine}
          data={[
            { value: 'crossed', label: 'Crossed' },
            { value: 'zipped', label: 'Zipped' },
          ]}
          onChange={(value) => onCombine?.(value as Combine)}
        />
      )}
      <Button
        size="compact-xs"
        variant="default"
        leftSection={<IconPlus size={12} aria-hidden />}
        disabled={disabled}
        onClick={() => onChange([...rows, { path: '', values: '' }])}
      >
        Add {name} field
      </Button>
    </>
  );
}

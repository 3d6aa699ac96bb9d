import { Select } from '@mantine/core';
import type { SearchSelectProps } from './SearchSelect.tsx';

/** The list itself, in a file of its own. */
export function OpenSelect({ label, value, entries, onOpen, ...select }: SearchSelectProps & { autoFocus: boolean }) {
  return (
    <Select
      {...select}
      size="xs"
      aria-label={label}
      searchable
      allowDeselect={false}
      value={value}
      data={entries}
      {...(onOpen && { onDropdownOpen: onOpen })}
      onChange={(next) => next !== null && select.onChange(next)}
    />
  );
}

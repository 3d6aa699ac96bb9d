import { Select, type SelectProps } from '@mantine/core';

export interface SelectEntry {
  value: string;
  label: string;
}

export interface SearchSelectProps extends Pick<
  SelectProps,
  'comboboxProps' | 'maxDropdownHeight' | 'nothingFoundMessage'
> {
  label: string;
  value: string;
  entries: (SelectEntry | { group: string; items: SelectEntry[] })[];
  onOpen?: () => void;
  onChange: (value: string) => void;
}

/**
 * The list itself, in a file of its own.
 *
 * @param autoFocus it takes the place of an input that had the focus: it opens, because a click on that may be lost
 */
export function OpenSelect({
  label,
  value,
  entries,
  onOpen,
  autoFocus,
  ...select
}: SearchSelectProps & { autoFocus: boolean }) {
  return (
    <Select
      {...select}
      autoFocus={autoFocus}
      defaultDropdownOpened={autoFocus}
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

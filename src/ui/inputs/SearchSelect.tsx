import { ComboboxChevron, InputBase } from '@mantine/core';
import { useState } from 'react';
import { OnDemand } from '../OnDemand.tsx';
import type { SearchSelectProps } from './OpenSelect.tsx';
import { SELECT } from './search-select-part.ts';

/**
 * A list to search and choose from. The list is as large as a page, so it is loaded when a pointer or the focus comes
 * to the input, which shows the choice until then.
 */
export function SearchSelect(props: SearchSelectProps) {
  const [open, setOpen] = useState(SELECT.isLoaded);
  const [focused, setFocused] = useState(false);
  if (open) return <OnDemand part={SELECT} props={{ ...props, autoFocus: focused }} />;
  // A part that fails to load says so when it is shown.
  const load = () =>
    void SELECT.preload().then(
      () => setOpen(true),
      () => setOpen(true),
    );
  const choices = props.entries.flatMap((entry) => ('items' in entry ? entry.items : [entry]));
  return (
    <InputBase
      size="xs"
      data-list="unloaded"
      role="combobox"
      aria-haspopup="listbox"
      aria-expanded={false}
      aria-label={props.label}
      readOnly
      value={choices.find(({ value }) => value === props.value)?.label ?? ''}
      rightSection={<ComboboxChevron size="xs" />}
      rightSectionPointerEvents="none"
      onPointerEnter={load}
      onFocus={() => {
        setFocused(true);
        load();
      }}
      onBlur={() => setFocused(false)}
    />
  );
}

import { SegmentedControl } from '@mantine/core';

interface ColorByProps<T extends string> {
  value: T;
  choices: readonly T[];
  disabled?: boolean;
  onChange: (value: T) => void;
}

/** What colours tokens show. */
export function ColorBy<T extends string>({ value, choices, disabled = false, onChange }: ColorByProps<T>) {
  return (
    <SegmentedControl
      fullWidth
      size="xs"
      mb={4}
      aria-label="Colour tokens by"
      value={value}
      data={[...choices]}
      disabled={disabled}
      onChange={(chosen) => onChange(chosen as T)}
    />
  );
}

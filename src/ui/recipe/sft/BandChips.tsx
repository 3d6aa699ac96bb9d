import { Chip, Group } from '@mantine/core';

interface BandChipsProps {
  id: string;
  label: string;
  bands: readonly string[];
  chosen: readonly string[] | undefined;
  /** @param bands in their order; undefined for none, which means all */
  onChange: (bands: string[] | undefined) => void;
}

/** A choice of difficulty bands. */
export function BandChips({ id, label, bands, chosen = [], onChange }: BandChipsProps) {
  return (
    <Chip.Group
      multiple
      value={[...chosen]}
      onChange={(next) => {
        const inOrder = bands.filter((band) => next.includes(band));
        onChange(inOrder.length === 0 ? undefined : inOrder);
      }}
    >
      <Group gap={4} id={id} role="group" aria-label={label} justify="flex-end">
        {bands.map((band) => (
          <Chip key={band} value={band} size="xs">
            {band}
          </Chip>
        ))}
      </Group>
    </Chip.Group>
  );
}

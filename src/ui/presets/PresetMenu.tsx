import { Button, Popover } from '@mantine/core';
import { IconLayoutGrid } from '@tabler/icons-react';
import { useState } from 'react';
import { PresetGallery } from './PresetGallery.tsx';

/** A button that opens the presets. */
export function PresetMenu() {
  const [open, setOpen] = useState(false);
  return (
    <Popover opened={open} onChange={setOpen} width={560} position="bottom-start" trapFocus returnFocus shadow="md">
      <Popover.Target>
        <Button
          variant="default"
          size="compact-xs"
          leftSection={<IconLayoutGrid size={13} aria-hidden />}
          onClick={() => setOpen(!open)}
        >
          Presets
        </Button>
      </Popover.Target>
      <Popover.Dropdown className="preset-popover">
        <PresetGallery onStart={() => setOpen(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}

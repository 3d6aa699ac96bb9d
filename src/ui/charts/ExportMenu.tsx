import { ActionIcon, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { EXPORT_FORMATS, type ExportFormat } from './export-formats.ts';

/** The tools of a chart that can be exported and nothing else. */
export function ExportMenu({ title, onExport }: { title: string; onExport: (format: ExportFormat) => void }) {
  return (
    <Menu position="bottom-end" shadow="md" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={24} aria-label={`Tools: ${title}`}>
          <IconDots size={15} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {EXPORT_FORMATS.map((format) => (
          <Menu.Item key={format} onClick={() => onExport(format)}>
            Export {format}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

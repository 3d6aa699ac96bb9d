import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconMaximize, IconZoomReset } from '@tabler/icons-react';
import { EXPORT_FORMATS, type ExportFormat } from './export-formats.ts';

export interface ChartToolsProps {
  /** The chart's title, for the names of its buttons. */
  title: string;
  /** Undefined where the values do not allow it. */
  log: boolean | undefined;
  zoomed: boolean;
  onLog: (on: boolean) => void;
  onReset: () => void;
  onFullScreen: () => void;
  onExport: (format: ExportFormat) => void;
}

/** Buttons of a chart: full screen, and a menu with axis, zoom and exports. */
export function ChartTools({ title, log, zoomed, onLog, onReset, onFullScreen, onExport }: ChartToolsProps) {
  return (
    <div className={zoomed ? 'chart-tools zoomed' : 'chart-tools'}>
      {zoomed && (
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Reset zoom: ${title}`} onClick={onReset}>
          <IconZoomReset size={15} aria-hidden />
        </ActionIcon>
      )}
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Full screen: ${title}`} onClick={onFullScreen}>
        <IconMaximize size={14} aria-hidden />
      </ActionIcon>
      <Menu position="bottom-end" shadow="md" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Tools: ${title}`}>
            <IconDots size={15} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.CheckboxItem checked={log === true} disabled={log === undefined} closeMenuOnClick onChange={onLog}>
            Logarithmic axis
          </Menu.CheckboxItem>
          <Menu.Item disabled={!zoomed} onClick={onReset}>
            Reset zoom
          </Menu.Item>
          <Menu.Divider />
          {EXPORT_FORMATS.map((format) => (
            <Menu.Item key={format} onClick={() => onExport(format)}>
              Export {format}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

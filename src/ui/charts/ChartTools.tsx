import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconMaximize, IconZoomReset } from '@tabler/icons-react';
import { EXPORT_FORMATS, type ExportFormat } from './export-formats.ts';

export interface ChartToolsProps {
  /** The chart's title, for the names of its buttons. */
  title: string;
  /** A logarithmic axis; `log` is undefined where the values do not allow it. Undefined for a chart without one. */
  axis?: { log: boolean | undefined; onLog: (on: boolean) => void } | undefined;
  /** Undefined for what cannot be zoomed, such as a table. */
  zoom?: { zoomed: boolean; onReset: () => void } | undefined;
  onFullScreen: () => void;
  onExport: (format: ExportFormat) => void;
}

/** Buttons of a chart: full screen, and a menu with axis, zoom and exports. */
export function ChartTools({ title, axis, zoom, onFullScreen, onExport }: ChartToolsProps) {
  return (
    <div className={zoom?.zoomed ? 'chart-tools zoomed' : 'chart-tools'}>
      {zoom?.zoomed && (
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Reset zoom: ${title}`} onClick={zoom.onReset}>
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
          {axis && (
            <Menu.CheckboxItem
              checked={axis.log === true}
              disabled={axis.log === undefined}
              closeMenuOnClick
              onChange={axis.onLog}
            >
              Logarithmic axis
            </Menu.CheckboxItem>
          )}
          {zoom && (
            <Menu.Item disabled={!zoom.zoomed} onClick={zoom.onReset}>
              Reset zoom
            </Menu.Item>
          )}
          {(axis ?? zoom) && <Menu.Divider />}
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

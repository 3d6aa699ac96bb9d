import { Button, Group, Switch } from '@mantine/core';
import { useViewportSize } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { Dialog } from '../Dialog.tsx';
import { EXPORT_FORMATS } from './export-formats.ts';
import type { ChartToolsProps } from './ChartTools.tsx';
import { Smoothing } from './Smoothing.tsx';

interface FullScreenChartProps extends Omit<ChartToolsProps, 'onFullScreen'> {
  opened: boolean;
  onClose: () => void;
  subtitle: string;
  smoothing: boolean;
  /** Fields of the shown range. */
  range?: ReactNode;
  /** The chart at a height in pixels. */
  children: (height: number) => ReactNode;
}

/** Height of everything around the chart. */
const AROUND = 190;
const LEAST_HEIGHT = 220;

/** One chart on the whole screen, with its tools, and the shown range as numbers. */
export function FullScreenChart({
  opened,
  onClose,
  title,
  subtitle,
  axis,
  zoom,
  smoothing,
  range,
  onExport,
  children,
}: FullScreenChartProps) {
  const { height } = useViewportSize();
  return (
    <Dialog
      opened={opened}
      onClose={onClose}
      fullScreen
      title={subtitle === '' ? title : `${title}: ${subtitle}`}
      closeButtonProps={{ 'aria-label': 'Close full screen' }}
      transitionProps={{ duration: 0 }}
    >
      <div className="full-chart" data-testid="full-chart">
        <div className="full-chart-bar">
          {range}
          {zoom && (
            <Button size="xs" variant="default" disabled={!zoom.zoomed} onClick={zoom.onReset}>
              Reset zoom
            </Button>
          )}
          {axis && (
            <Switch
              size="xs"
              mb={6}
              label="Logarithmic axis"
              checked={axis.log === true}
              disabled={axis.log === undefined}
              onChange={(event) => axis.onLog(event.currentTarget.checked)}
            />
          )}
          {smoothing && <Smoothing />}
          <Group gap={6} ml="auto">
            {EXPORT_FORMATS.map((format) => (
              <Button key={format} size="xs" variant="default" onClick={() => onExport(format)}>
                Export {format}
              </Button>
            ))}
          </Group>
        </div>
        {children(Math.max(LEAST_HEIGHT, height - AROUND))}
      </div>
    </Dialog>
  );
}

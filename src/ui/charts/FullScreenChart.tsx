import { Button, Group, Modal, Switch } from '@mantine/core';
import { useViewportSize } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { HEADER } from '../modal-header.ts';
import { NumberLine } from '../inputs/NumberLine.tsx';
import { EXPORT_FORMATS } from './export-formats.ts';
import type { ChartToolsProps } from './ChartTools.tsx';
import type { StepRange } from './lines.ts';
import { Smoothing } from './Smoothing.tsx';

interface FullScreenChartProps extends Omit<ChartToolsProps, 'onFullScreen'> {
  opened: boolean;
  onClose: () => void;
  subtitle: string;
  /** All steps, and those that are shown. */
  steps: StepRange;
  range: StepRange | undefined;
  onRange: (range: StepRange | undefined) => void;
  /** The chart at a height in pixels. */
  children: (height: number) => ReactNode;
}

/** Height of everything around the chart. */
const AROUND = 190;
const LEAST_HEIGHT = 220;

/** One chart on the whole screen, with its tools, and the shown steps as numbers. */
export function FullScreenChart({
  opened,
  onClose,
  title,
  subtitle,
  log,
  zoomed,
  steps,
  range,
  onLog,
  onReset,
  onRange,
  onExport,
  children,
}: FullScreenChartProps) {
  const { height } = useViewportSize();
  const [from, to] = range ?? steps;
  const set = (next: StepRange) => next[0] < next[1] && onRange(next);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      fullScreen
      title={`${title}: ${subtitle}`}
      attributes={HEADER}
      closeButtonProps={{ 'aria-label': 'Close full screen' }}
      transitionProps={{ duration: 0 }}
    >
      <div className="full-chart" data-testid="full-chart">
        <div className="full-chart-bar">
          <NumberLine
            id="chart-from"
            label="From step"
            help="First step that the chart shows."
            scope="chart"
            width={72}
            value={from}
            step={1}
            format={{ whole: true, required: true, minimum: steps[0], maximum: to - 1 }}
            onChange={(value) => value !== undefined && set([value, to])}
          />
          <NumberLine
            id="chart-to"
            label="To step"
            help="Last step that the chart shows."
            scope="chart"
            width={72}
            value={to}
            step={1}
            format={{ whole: true, required: true, minimum: from + 1, maximum: steps[1] }}
            onChange={(value) => value !== undefined && set([from, value])}
          />
          <Button size="xs" variant="default" disabled={!zoomed} onClick={onReset}>
            Reset zoom
          </Button>
          <Switch
            size="xs"
            mb={6}
            label="Logarithmic axis"
            checked={log === true}
            disabled={log === undefined}
            onChange={(event) => onLog(event.currentTarget.checked)}
          />
          <Smoothing />
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
    </Modal>
  );
}

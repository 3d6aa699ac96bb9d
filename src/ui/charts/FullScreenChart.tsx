import { Button, Group, Modal, Switch } from '@mantine/core';
import { useViewportSize } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { HEADER } from '../modal-header.ts';
import { StepField } from './StepField.tsx';
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
          <StepField
            label="From step"
            value={from}
            minimum={steps[0]}
            maximum={to - 1}
            onChange={(step) => set([step, to])}
          />
          <StepField
            label="To step"
            value={to}
            minimum={from + 1}
            maximum={steps[1]}
            onChange={(step) => set([from, step])}
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

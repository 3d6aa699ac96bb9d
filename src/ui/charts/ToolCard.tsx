import { useState, type ReactNode } from 'react';
import { OnDemand } from '../OnDemand.tsx';
import { Card, CHART_HEIGHT, type CardProps } from './Card.tsx';
import type { ChartToolsProps } from './ChartTools.tsx';
import { CHART_TOOLS, FULL_SCREEN_CHART } from './plot-parts.ts';

interface ToolCardProps extends Omit<CardProps, 'tools' | 'children'>, Omit<ChartToolsProps, 'title' | 'onFullScreen'> {
  /** What is drawn, for full screen: the run and its strategy. */
  subtitle: string;
  /** Whether full screen has the slider of smoothing. */
  smoothing?: boolean;
  /** Fields of the shown range, for full screen: zoom by the keyboard. */
  range?: ReactNode;
  /** The chart at a height in pixels. */
  children: (height: number) => ReactNode;
}

/** A card with the tools of its chart: axis, zoom, full screen and exports, as far as it has them. */
export function ToolCard({
  subtitle,
  smoothing = false,
  range,
  children,
  axis,
  zoom,
  onExport,
  ...card
}: ToolCardProps) {
  const [full, setFull] = useState(false);
  const { title, empty, height = CHART_HEIGHT } = card;
  const tools = { title, axis, zoom, onExport };
  return (
    <Card
      {...card}
      tools={!empty && <OnDemand part={CHART_TOOLS} props={{ ...tools, onFullScreen: () => setFull(true) }} />}
    >
      {children(height)}
      {full && (
        <OnDemand
          part={FULL_SCREEN_CHART}
          props={{ ...tools, opened: true, onClose: () => setFull(false), subtitle, smoothing, range, children }}
        />
      )}
    </Card>
  );
}

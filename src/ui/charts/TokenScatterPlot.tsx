import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef, useState, type PointerEvent } from 'react';
import { ZONES, type Zone } from '../../run/step-record.ts';
import type { TokenScatter } from '../../views/run-view.ts';
import { ZONE_INFO } from '../zones.ts';
import { layOutScatter, type RatioRange, type ScatterLayout } from './scatter-layout.ts';
import { DOT_RADIUS, ZONE_SHAPES } from './zone-shapes.ts';

interface TokenScatterPlotProps {
  scatter: TokenScatter;
  /** The clip range, as ratios. */
  band: RatioRange | undefined;
  /** The ratios that are shown; all without it. */
  range: RatioRange | undefined;
  /** A logarithmic axis of probabilities. */
  log: boolean;
  height: number;
  /** Called with the ratios between which the pointer was dragged, or with undefined on a double click. */
  onRange: (range: RatioRange | undefined) => void;
}

const MARGIN = { left: 56, right: 16, top: 8, bottom: 22 };
/** Pixels from which a drag selects a range. */
const LEAST_DRAG = 6;

/** One point per token on a canvas, which draws thousands quickly. Dragging selects ratios to zoom in on. */
export function TokenScatterPlot({ scatter, band, range, log, height, onRange }: TokenScatterPlotProps) {
  const scheme = useComputedColorScheme('light');
  const { ref, width } = useElementSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drag, setDrag] = useState<{ from: number; to: number }>();
  const options = { width, height, margin: MARGIN, band, range, log };
  useEffect(() => {
    const target = canvas.current;
    if (!target || width === 0) return undefined;
    const layout = layOutScatter(scatter, { width, height, margin: MARGIN, band, range, log });
    // A change of colour scheme reaches the style sheet only after this effect.
    const request = requestAnimationFrame(() => draw(target, scatter, layout, width, height));
    return () => cancelAnimationFrame(request);
  }, [scatter, band, range, log, width, height, scheme]);
  const place = (event: PointerEvent) => event.clientX - event.currentTarget.getBoundingClientRect().left;
  const release = () => {
    if (drag && Math.abs(drag.to - drag.from) >= LEAST_DRAG) {
      const { ratioAt } = layOutScatter(scatter, options);
      onRange([ratioAt(Math.min(drag.from, drag.to)), ratioAt(Math.max(drag.from, drag.to))]);
    }
    setDrag(undefined);
  };
  return (
    <div
      ref={ref}
      className="scatter zoomable"
      style={{ height }}
      onPointerDown={(event) => event.button === 0 && setDrag({ from: place(event), to: place(event) })}
      onPointerMove={(event) => drag && setDrag({ ...drag, to: place(event) })}
      onPointerUp={release}
      onPointerLeave={() => setDrag(undefined)}
      onDoubleClick={() => onRange(undefined)}
    >
      <canvas
        ref={canvas}
        role="img"
        aria-label={`Scatter of ${scatter.logRatio.length} tokens: log-ratio, probability when sampled, zone as colour`}
        style={{ height }}
      />
      {drag && (
        <div
          className="scatter-selection"
          style={{ left: Math.min(drag.from, drag.to), width: Math.abs(drag.to - drag.from) }}
        />
      )}
    </div>
  );
}

function draw(
  canvas: HTMLCanvasElement,
  { zone }: Pick<TokenScatter, 'zone'>,
  { inner, points, band, xLabels, yLabels }: ScatterLayout,
  width: number,
  height: number,
): void {
  const density = window.devicePixelRatio || 1;
  canvas.width = width * density;
  canvas.height = height * density;
  const context = canvas.getContext('2d');
  if (!context) return;
  const style = getComputedStyle(canvas);
  const color = (variable: string) => style.getPropertyValue(variable).trim();
  context.scale(density, density);
  if (band) {
    context.fillStyle = color('--accent');
    context.globalAlpha = 0.08;
    context.fillRect(band[0], inner.top, band[1] - band[0], inner.bottom - inner.top);
    context.globalAlpha = 1;
  }
  context.font = '10.5px Inter, system-ui, sans-serif';
  context.fillStyle = color('--dim');
  context.textAlign = 'right';
  for (const { y, text } of yLabels) context.fillText(text, inner.left - 8, y + 4);
  context.textAlign = 'center';
  for (const { x, text } of xLabels)
    context.fillText(text, Math.min(width - 16, Math.max(inner.left + 12, x)), height - 6);
  const colors = ZONES.map((one) => color(ZONE_INFO[one].variable));
  for (const { token, x, y } of points) {
    const inside = zone[token] === 0;
    context.globalAlpha = inside ? 0.45 : 0.9;
    context.fillStyle = colors[zone[token] ?? 0] ?? '';
    context.beginPath();
    mark(context, ZONES[zone[token] ?? 0] ?? 'inside', x, y);
    context.fill();
  }
}

function mark(context: CanvasRenderingContext2D, zone: Zone, x: number, y: number): void {
  const corners = ZONE_SHAPES[zone];
  if (!corners) context.arc(x, y, DOT_RADIUS, 0, 2 * Math.PI);
  for (const [i, [dx, dy]] of (corners ?? []).entries())
    if (i === 0) context.moveTo(x + dx, y + dy);
    else context.lineTo(x + dx, y + dy);
}

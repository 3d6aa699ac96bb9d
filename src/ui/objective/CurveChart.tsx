import '../charts/curve.css';
import { useId, useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { ticks } from '../../run/metrics/ticks.ts';
import type { CurveAnswer } from '../../views/strategy-views.ts';
import type { ExportFormat } from '../charts/export-formats.ts';
import { EXPORT_MENU } from '../charts/plot-parts.ts';
import { OnDemand } from '../OnDemand.tsx';
import { dashOf } from '../palette.ts';
import { zoneColor } from '../zones.ts';
import { nearest } from './nearest.ts';

export interface CurveLine {
  name: string;
  color: string;
  logRatios: readonly number[];
  answers: readonly CurveAnswer[];
}

/** A draggable parameter of the strategy: along the ratio (a bound) or along the weight (a strength). */
export interface Handle {
  id: string;
  label: string;
  along: 'ratio' | 'weight';
  /** Log-ratio of the handle, and for a strength its height. */
  logRatio: number;
  height?: number;
  /** The value behind it, for a screen reader and the keyboard. */
  value: number;
  step: number;
  /** Bounds of the value. */
  range: [number, number];
  set: (value: number) => void;
  /** The value at a position in the chart. */
  at: (logRatio: number, height: number) => number;
}

export interface TokenDot {
  logRatio: number;
  height: number;
  zone: CurveAnswer['zone'];
}

interface CurveChartProps {
  title: string;
  lines: readonly CurveLine[];
  height: (answer: CurveAnswer, line: CurveLine) => number;
  range: [number, number];
  handles: readonly Handle[];
  dots: readonly TokenDot[];
  band: { low: number; high: number } | undefined;
  /** log r under the pointer, the same in all charts of the page. */
  pointed: number | undefined;
  onPoint: (logRatio: number | undefined) => void;
}

const [WIDTH, HEIGHT] = [460, 236];
const MARGIN = { left: 40, right: 12, top: 10, bottom: 26 };
/** log r at the ends of the axis: ratios from 0.25 to 4. */
export const CURVE_RANGE = Math.log(4);
const TICKS = [0.25, 0.5, 0.8, 1, 1.25, 2, 4];

/** Saves the curves, named after their strategies, as a picture or as values. */
async function save(
  title: string,
  lines: readonly CurveLine[],
  height: CurveChartProps['height'],
  format: ExportFormat,
): Promise<void> {
  const { exportCurves } = await import('./curve-export.ts');
  const drawn = lines.map((line) => ({
    label: line.name,
    color: line.color,
    steps: line.logRatios.map(Math.exp),
    values: line.answers.map((answer) => height(answer, line)),
  }));
  await exportCurves(title, drawn, format);
}

/** Curves over the ratio, with handles to drag and the tokens of a run on them. */
export function CurveChart({
  title,
  lines,
  height,
  range: [bottom, top],
  handles,
  dots,
  band,
  pointed,
  onPoint,
}: CurveChartProps) {
  const svg = useRef<SVGSVGElement>(null);
  const plot = useId();
  const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
  const x = (logRatio: number) =>
    MARGIN.left +
    ((clamp(logRatio, -CURVE_RANGE, CURVE_RANGE) / CURVE_RANGE + 1) / 2) * (WIDTH - MARGIN.left - MARGIN.right);
  const free = (value: number) =>
    HEIGHT - MARGIN.bottom - ((value - bottom) / (top - bottom)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const y = (value: number) => free(clamp(value, bottom, top));
  const point = (event: PointerEvent) => {
    const [logRatio] = place(event);
    onPoint(Math.abs(logRatio) <= CURVE_RANGE ? logRatio : undefined);
  };
  const place = (event: PointerEvent): [number, number] => {
    const box = svg.current?.getBoundingClientRect();
    if (!box) return [0, 0];
    const across =
      (((event.clientX - box.left) / box.width) * WIDTH - MARGIN.left) / (WIDTH - MARGIN.left - MARGIN.right);
    const up =
      (HEIGHT - MARGIN.bottom - ((event.clientY - box.top) / box.height) * HEIGHT) /
      (HEIGHT - MARGIN.top - MARGIN.bottom);
    return [(2 * across - 1) * CURVE_RANGE, bottom + up * (top - bottom)];
  };
  const heights = ticks(bottom, top, 4);
  return (
    <figure className="curve" data-testid={`curve-${title}`}>
      <figcaption>
        {title}
        <span className="visually-hidden">{curveSummary(lines, height)}</span>
        <OnDemand part={EXPORT_MENU} props={{ title, onExport: (format) => void save(title, lines, height, format) }} />
      </figcaption>
      <svg
        ref={svg}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        width="100%"
        role="group"
        aria-label={`${title}, curves over the ratio r`}
        onPointerMove={point}
        onPointerLeave={() => onPoint(undefined)}
      >
        <clipPath id={plot}>
          <rect
            x={MARGIN.left}
            y={MARGIN.top}
            width={WIDTH - MARGIN.left - MARGIN.right}
            height={HEIGHT - MARGIN.top - MARGIN.bottom}
          />
        </clipPath>
        {band && (
          <rect
            x={x(Math.log(Math.max(1e-9, band.low)))}
            width={x(Math.log(band.high)) - x(Math.log(Math.max(1e-9, band.low)))}
            y={MARGIN.top}
            height={HEIGHT - MARGIN.top - MARGIN.bottom}
            fill="var(--accent)"
            opacity={0.08}
          />
        )}
        {heights.map((value) => (
          <g key={value}>
            <line x1={MARGIN.left} x2={WIDTH - MARGIN.right} y1={y(value)} y2={y(value)} stroke="var(--line)" />
            <text x={MARGIN.left - 6} y={y(value) + 3.5} textAnchor="end" className="curve-tick">
              {String(value).replace('-', '−')}
            </text>
          </g>
        ))}
        {TICKS.map((ratio) => (
          <text key={ratio} x={x(Math.log(ratio))} y={HEIGHT - 9} textAnchor="middle" className="curve-tick">
            {ratio === 1 ? 'r = 1' : ratio}
          </text>
        ))}
        <line x1={x(0)} x2={x(0)} y1={MARGIN.top} y2={HEIGHT - MARGIN.bottom} stroke="var(--line)" strokeWidth={1.5} />
        {dots.map((dot, i) => (
          <circle
            key={i}
            cx={x(dot.logRatio)}
            cy={y(dot.height)}
            r={dot.zone === 'inside' ? 1.7 : 2.6}
            fill={zoneColor(dot.zone)}
            opacity={dot.zone === 'inside' ? 0.5 : 0.9}
          />
        ))}
        {pointed !== undefined && (
          <line
            x1={x(pointed)}
            x2={x(pointed)}
            y1={MARGIN.top}
            y2={HEIGHT - MARGIN.bottom}
            stroke="var(--dim)"
            strokeDasharray="2 3"
          />
        )}
        {/* What leaves the chart is cut off, not drawn flat along its edge. */}
        <g clipPath={`url(#${plot})`}>
          {lines.map((line, i) => (
            <path
              key={i}
              d={pathOf(line, (answer) => height(answer, line), x, free)}
              fill="none"
              stroke={line.color}
              strokeWidth={i === 0 ? 2.6 : 1.7}
              strokeDasharray={i === 0 ? undefined : (dashOf(line.color) ?? '6 3')}
              strokeLinejoin="round"
            />
          ))}
        </g>
        {handles.map((handle) => (
          <HandleMark
            key={handle.id}
            handle={handle}
            x={x(handle.logRatio)}
            y={handle.height === undefined ? undefined : y(handle.height)}
            place={place}
          />
        ))}
      </svg>
    </figure>
  );
}

/** The text alternative: the values of each curve at some ratios. */
function curveSummary(lines: readonly CurveLine[], height: CurveChartProps['height']): string {
  const curves = lines.map((line) => {
    const values = [0.5, 0.8, 1, 1.25, 2].flatMap((ratio) => {
      const answer = line.answers[nearest(line.logRatios, Math.log(ratio))];
      return answer ? [`${height(answer, line).toFixed(2)} at r = ${ratio}`] : [];
    });
    return `${line.name}: ${values.join(', ')}.`;
  });
  return ` ${curves.join(' ')}`;
}

/** One line, broken where the strategy jumps at a zone boundary. */
function pathOf(
  line: CurveLine,
  height: (answer: CurveAnswer) => number,
  x: (logRatio: number) => number,
  y: (value: number) => number,
): string {
  let path = '';
  let before: CurveAnswer | undefined;
  for (const [i, answer] of line.answers.entries()) {
    const value = height(answer);
    if (!Number.isFinite(value)) {
      before = undefined;
      continue;
    }
    const jumps = before !== undefined && Math.abs(value - height(before)) > 0.08;
    const command = before === undefined || (jumps && before.zone !== answer.zone) ? 'M' : 'L';
    path += `${command}${x(line.logRatios[i] ?? 0).toFixed(2)} ${y(value).toFixed(2)}`;
    before = answer;
  }
  return path;
}

function HandleMark({
  handle,
  x,
  y,
  place,
}: {
  handle: Handle;
  x: number;
  y: number | undefined;
  place: (event: PointerEvent) => [number, number];
}) {
  const drag = (event: PointerEvent<SVGGElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    handle.set(handle.at(...place(event)));
  };
  const nudge = (event: KeyboardEvent) => {
    const { value, step, range } = handle;
    const next = {
      ArrowLeft: value - step,
      ArrowDown: value - step,
      ArrowRight: value + step,
      ArrowUp: value + step,
      PageDown: value - 5 * step,
      PageUp: value + 5 * step,
      Home: range[0],
      End: range[1],
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    handle.set(next);
  };
  return (
    <g
      className={`handle ${handle.along}`}
      role="slider"
      tabIndex={0}
      aria-label={handle.label}
      aria-valuemin={handle.range[0]}
      aria-valuemax={handle.range[1]}
      aria-valuenow={Number(handle.value.toFixed(4))}
      aria-valuetext={`${handle.label} ${handle.value.toFixed(2)}`}
      data-testid={`handle-${handle.id}`}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
      onKeyDown={nudge}
    >
      {y === undefined ? (
        <>
          <line x1={x} x2={x} y1={MARGIN.top} y2={HEIGHT - MARGIN.bottom} stroke="var(--accent)" strokeWidth={1.2} />
          <rect x={x - 12} y={MARGIN.top} width={24} height={HEIGHT - MARGIN.top - MARGIN.bottom} fill="transparent" />
          <path d={`M${x - 5} ${MARGIN.top} h10 v5 l-5 5 l-5 -5 z`} fill="var(--accent)" />
        </>
      ) : (
        <>
          <circle cx={x} cy={y} r={12} fill="transparent" />
          <circle cx={x} cy={y} r={6.5} fill="var(--accent)" stroke="var(--card)" strokeWidth={2} />
        </>
      )}
    </g>
  );
}

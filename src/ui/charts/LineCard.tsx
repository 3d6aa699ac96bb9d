import { memo, useMemo } from 'react';
import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { useShallow } from 'zustand/react/shallow';
import { useRun } from '../../store/run-store.ts';
import { Card, CHART_HEIGHT, type Figure } from './Card.tsx';
import { niceTop } from './nice-top.ts';
import { rowsOf, signature, type LineSpec, type Row } from './lines.ts';

interface LineCardProps {
  name: string;
  title: string;
  lines: readonly LineSpec[];
  format: (value: number) => string;
  /** The newest figures beside the title. */
  figures: (last: (key: string) => number | undefined) => readonly Figure[];
  empty: string;
  /** Upper end of the axis, where it is known. */
  max?: number;
  /** Lower end; 0 when left out. */
  min?: number;
}

/** Lines over steps. Drawn anew only when one of its series has grown. */
export function LineCard({ name, title, lines, format, figures, empty, max, min = 0 }: LineCardProps) {
  const changed = useRun((run) => signature(run.frame?.series, lines));
  const last = (key: string) => useRun.getState().frame?.series[key]?.values.at(-1);
  // The signature stands for the series: frames bring equal copies of those that have not grown.
  const rows = useMemo(() => (changed === '' ? [] : rowsOf(useRun.getState().frame?.series ?? {}, lines)), [changed, lines]);
  const steps = useRun((run) => (run.running?.sft ? undefined : run.running?.rl?.steps));
  const bounded = useRun(useShallow((run) => lines.filter(({ key }) => run.frame?.series[key]?.low).map(({ key }) => key)));
  return (
    <Card name={name} title={title} figures={rows.length > 0 ? figures(last) : undefined} empty={rows.length === 0 ? empty : undefined}>
      <Lines rows={rows} lines={lines} bounded={bounded} format={format} max={max} min={min} steps={steps} />
    </Card>
  );
}

const AXIS = { fontSize: 10.5, fill: 'var(--dim)' };

const Lines = memo(function Lines({ rows, lines, bounded, format, max, min, steps }: { rows: Row[]; lines: readonly LineSpec[]; bounded: string[]; format: (value: number) => string; max: number | undefined; min: number; steps: number | undefined }) {
  return (
    <ResponsiveContainer width="100%" height={CHART_HEIGHT}>
      <LineChart data={rows} margin={{ top: 6, right: 8, bottom: 0, left: 0 }} accessibilityLayer={false}>
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis dataKey="step" type="number" domain={steps === undefined ? ['dataMin', 'dataMax'] : [0, steps]} tick={AXIS} tickLine={false} axisLine={{ stroke: 'var(--line)' }} height={18} minTickGap={40} allowDecimals={false} />
        <YAxis tick={AXIS} tickLine={false} axisLine={false} width={44} tickFormatter={format} domain={[min < 0 ? min : (lowest: number) => (lowest < 0 ? -niceTop(-lowest) : min), max ?? ((highest: number) => niceTop(highest))]} {...(max === undefined ? { tickCount: 5 } : { ticks: [min, (min + max) / 2, max] })} />
        <Tooltip isAnimationActive={false} formatter={(value, _name, item) => [format(Number(value)), titleOf(lines, String(item.dataKey))]} labelFormatter={(step) => `step ${step}`} itemStyle={{ color: 'var(--ink)' }} contentStyle={{ background: 'var(--card)', border: '1px solid var(--line)', borderRadius: 8, fontSize: 12 }} />
        {bounded.flatMap((key) =>
          ['low', 'high'].map((side) => <Line key={`${side}:${key}`} dataKey={`${side}:${key}`} stroke={lines.find((line) => line.key === key)?.color ?? ''} strokeOpacity={0.3} strokeWidth={1} dot={false} isAnimationActive={false} tooltipType="none" connectNulls />),
        )}
        {lines.map(({ key, color, dashed, dots }) => (
          <Line key={key} dataKey={key} stroke={color} strokeWidth={1.8} {...(dashed && { strokeDasharray: '4 3' })} dot={dots || rows.length === 1 ? { r: 2.5, fill: dashed ? 'var(--card)' : color, stroke: color, strokeWidth: 1.2, strokeDasharray: '0' } : false} isAnimationActive={false} connectNulls />
        ))}
      </LineChart>
    </ResponsiveContainer>
  );
});

const titleOf = (lines: readonly LineSpec[], key: string): string => lines.find((line) => line.key === key)?.title ?? key;

import { useMemo } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { useRun } from '../../store/run-store.ts';
import { Card, type Figure } from './Card.tsx';
import { Lines } from './Lines.tsx';
import { rowsOf, signature, type LineSpec } from './lines.ts';

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
  const rows = useMemo(
    () => (changed === '' ? [] : rowsOf(useRun.getState().frame?.series ?? {}, lines)),
    [changed, lines],
  );
  const steps = useRun((run) => (run.running?.sft ? undefined : run.running?.rl?.steps));
  const bounded = useRun(
    useShallow((run) => lines.filter(({ key }) => run.frame?.series[key]?.low).map(({ key }) => key)),
  );
  return (
    <Card
      name={name}
      title={title}
      figures={rows.length > 0 ? figures(last) : undefined}
      empty={rows.length === 0 ? empty : undefined}
    >
      <Lines rows={rows} lines={lines} bounded={bounded} format={format} max={max} min={min} steps={steps} />
    </Card>
  );
}

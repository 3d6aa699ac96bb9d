import { LineKey } from './LineKey.tsx';
import { Smoothing } from './Smoothing.tsx';

interface ChartsBarProps {
  /** The lines that all charts below share. */
  lines: readonly { id: string; label: string; color: string; foreign?: boolean }[];
}

/** Above charts that share their lines: the legend of all, and smoothing. */
export function ChartsBar({ lines }: ChartsBarProps) {
  return (
    <div className="compare-bar">
      <ul className="legend">
        {lines.map(({ id, label, color, foreign }) => (
          <li key={id}>
            <LineKey color={color} foreign={foreign} />
            {label}
          </li>
        ))}
      </ul>
      <Smoothing />
    </div>
  );
}

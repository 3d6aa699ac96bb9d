const WIDTH = 160;
const HEIGHT = 14;

interface IntervalBarProps {
  /** Shares of 1. */
  value: number;
  interval: readonly [low: number, high: number];
  /** The earlier value, as a tick. */
  before?: number;
}

/** A share with its interval between 0 and 100 %. */
export function IntervalBar({ value, interval: [low, high], before }: IntervalBarProps) {
  const x = (share: number) => 4 + share * (WIDTH - 8);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} aria-hidden>
      <line x1={x(0)} x2={x(1)} y1={7} y2={7} stroke="var(--line)" strokeWidth={2} />
      {Number.isFinite(low) && (
        <line x1={x(low)} x2={x(high)} y1={7} y2={7} stroke="var(--accent)" strokeWidth={4} opacity={0.45} />
      )}
      {before !== undefined && (
        <line x1={x(before)} x2={x(before)} y1={1} y2={13} stroke="var(--dim)" strokeWidth={2} />
      )}
      <circle cx={x(value)} cy={7} r={4} fill="var(--accent)" />
    </svg>
  );
}

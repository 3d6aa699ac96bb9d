import { NumberLine } from '../inputs/NumberLine.tsx';
import { ALL_RATIOS, type RatioRange } from './scatter-layout.ts';

interface RatioRangeFieldsProps {
  /** The ratios that are shown; all without it. */
  range: RatioRange | undefined;
  onRange: (range: RatioRange) => void;
}

/** A ratio with as many digits as a reader needs. */
const short = (ratio: number): number => Number(ratio.toFixed(3));

/** The shown ratios as two numbers. */
export function RatioRangeFields({ range, onRange }: RatioRangeFieldsProps) {
  const [from, to] = range ?? ALL_RATIOS;
  const [least, most] = ALL_RATIOS.map(short) as [number, number];
  const ends = [
    { label: 'From ratio', value: from, minimum: least, maximum: to, next: (ratio: number) => [ratio, to] as const },
    { label: 'To ratio', value: to, minimum: from, maximum: most, next: (ratio: number) => [from, ratio] as const },
  ];
  return ends.map(({ label, value, minimum, maximum, next }) => (
    <NumberLine
      key={label}
      id={`chart-${label.toLowerCase().replace(' ', '-')}`}
      label={label}
      help={`A ratio from ${short(minimum)} to ${short(maximum)}.`}
      value={short(value)}
      format={{ required: true, minimum: short(minimum), maximum: short(maximum) }}
      step={0.05}
      width={72}
      scope="chart"
      onChange={(ratio) => {
        if (ratio === undefined) return;
        const shown = next(ratio);
        if (shown[0] < shown[1]) onRange(shown);
      }}
    />
  ));
}

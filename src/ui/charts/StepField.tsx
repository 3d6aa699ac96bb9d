import { NumberLine } from '../inputs/NumberLine.tsx';

interface StepFieldProps {
  label: string;
  value: number;
  minimum: number;
  maximum: number;
  onChange: (step: number) => void;
}

/** One end of a range of steps. */
export function StepField({ label, value, minimum, maximum, onChange }: StepFieldProps) {
  return (
    <NumberLine
      id={`chart-${label.toLowerCase().replace(' ', '-')}`}
      label={label}
      help={`A step from ${minimum} to ${maximum}.`}
      value={value}
      format={{ whole: true, required: true, minimum, maximum }}
      step={1}
      width={72}
      scope="chart"
      onChange={(step) => step !== undefined && onChange(step)}
    />
  );
}

import type { StepRange } from './lines.ts';
import { StepField } from './StepField.tsx';

interface StepRangeFieldsProps {
  /** All steps. */
  steps: StepRange;
  /** The steps that are shown; all without it. */
  range: StepRange | undefined;
  onRange: (range: StepRange) => void;
}

/** The shown steps as two numbers. */
export function StepRangeFields({ steps, range, onRange }: StepRangeFieldsProps) {
  const [from, to] = range ?? steps;
  const set = (next: StepRange) => next[0] < next[1] && onRange(next);
  return (
    <>
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
    </>
  );
}

import { ActionIcon, NativeSelect } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useEvaluate, type Evaluation } from '../../store/evaluate-store.ts';
import { percent } from '../format.ts';
import { taskLabel } from './task-choices.ts';

/** Which evaluation is shown, and which earlier one it is compared with. */
export function EvaluationList() {
  const { evaluations, shown, before, dropped, show, compareWith, remove } = useEvaluate();
  const newestFirst = [...evaluations].reverse();
  return (
    <div className="evaluate-list">
      <NativeSelect
        size="xs"
        label="Evaluation"
        data-testid="evaluate-shown"
        value={String(shown ?? '')}
        data={newestFirst.map((one) => ({ value: String(one.number), label: nameOf(one) }))}
        onChange={(event) => show(Number(event.currentTarget.value))}
      />
      <NativeSelect
        size="xs"
        label="Compare with"
        data-testid="evaluate-before"
        value={String(before ?? '')}
        data={[
          { value: '', label: 'none' },
          ...newestFirst
            .filter(({ number }) => number !== shown)
            .map((one) => ({ value: String(one.number), label: nameOf(one) })),
        ]}
        onChange={({ currentTarget: { value } }) => compareWith(value === '' ? undefined : Number(value))}
      />
      {shown !== undefined && (
        <ActionIcon
          variant="default"
          size={30}
          aria-label="Delete this evaluation"
          title="Delete this evaluation"
          onClick={() => remove(shown)}
        >
          <IconTrash size={15} aria-hidden />
        </ActionIcon>
      )}
      {dropped > 0 && (
        <p className="hint">
          {dropped === 1 ? 'The oldest evaluation was' : `The ${dropped} oldest evaluations were`} dropped from memory.
        </p>
      )}
    </div>
  );
}

const nameOf = ({ number, model, request: { task }, report }: Evaluation): string =>
  `${number}: ${model}, ${taskLabel(task)}, ${percent(report['avg@k'])}`;

import { ActionIcon, Button, NativeSelect, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { wantedCorrect, type RowFilter } from '../../../data/filter.ts';
import type { SftSource } from '../../../run/config/sft.ts';
import { Field } from '../Field.tsx';
import { COMPARISON_LABELS, COMPARISONS, conditionOf, filterOf, testsOf, type ShownTest } from './filter-tests.ts';

interface FilterFieldsProps {
  source: SftSource;
  /** Begins the ids of its inputs. */
  id: string;
  name: string;
  onChange: (filter: RowFilter | undefined) => void;
}

const CORRECT_HELP = "Rows whose completion is correct or incorrect by the task's rewards.";

/** Which rows of a source are used: correctness, and conditions on columns. Incomplete ones do not count. */
export function FilterFields({ source, id, name, onChange }: FilterFieldsProps) {
  const applied = testsOf(source.filter);
  const [draft, setDraft] = useState<ShownTest[]>(applied);
  const complete = draft.filter((test) => conditionOf(test) !== undefined);
  // The recipe was changed elsewhere: undone, loaded or replaced.
  const known = JSON.stringify(testsOf(filterOf(complete, undefined))) === JSON.stringify(applied);
  const tests = known ? draft : applied;
  const correct = wantedCorrect(source.filter ?? [])?.correct;
  const change = (next: ShownTest[]) => {
    setDraft(next);
    onChange(filterOf(next, correct));
  };
  return (
    <>
      <Field id={`${id}-correct`} label="Completions" help={CORRECT_HELP} paths={[]}>
        <NativeSelect
          id={`${id}-correct`}
          aria-describedby={`${id}-correct-help`}
          size="xs"
          w={132}
          value={correct === undefined ? 'all' : correct ? 'correct' : 'incorrect'}
          data={['all', 'correct', 'incorrect']}
          onChange={(event) => {
            const wanted = event.currentTarget.value;
            onChange(filterOf(tests, wanted === 'all' ? undefined : wanted === 'correct'));
          }}
        />
      </Field>
      {tests.map((test, i) => (
        <div key={i} className="source-test" role="group" aria-label={`Condition ${i + 1} of ${name}`}>
          <TestText name="Column" value={test.column} onChange={(column) => change(replaced(tests, i, { column }))} />
          <NativeSelect
            size="xs"
            aria-label="Comparison"
            value={test.comparison}
            data={COMPARISONS.map((value) => ({ value, label: COMPARISON_LABELS[value] }))}
            onChange={(event) =>
              change(replaced(tests, i, { comparison: event.currentTarget.value as ShownTest['comparison'] }))
            }
          />
          <TestText name="Value" value={test.value} onChange={(value) => change(replaced(tests, i, { value }))} />
          <ActionIcon
            variant="subtle"
            color="gray"
            size={22}
            aria-label={`Remove condition ${i + 1} of ${name}`}
            onClick={() => change(tests.filter((_, other) => other !== i))}
          >
            <IconX size={13} aria-hidden />
          </ActionIcon>
        </div>
      ))}
      <Button
        size="compact-xs"
        variant="subtle"
        leftSection={<IconPlus size={13} aria-hidden />}
        onClick={() => setDraft([...tests, { column: '', comparison: 'equals', value: '' }])}
      >
        Add a condition
      </Button>
    </>
  );
}

interface TestTextProps {
  name: string;
  value: string;
  onChange: (value: string) => void;
}

/** A column or value of a condition. */
function TestText({ name, value, onChange }: TestTextProps) {
  return (
    <TextInput
      size="xs"
      aria-label={name}
      placeholder={name.toLowerCase()}
      autoComplete="off"
      spellCheck={false}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

const replaced = (tests: readonly ShownTest[], index: number, change: Partial<ShownTest>): ShownTest[] =>
  tests.map((test, i) => (i === index ? { ...test, ...change } : test));

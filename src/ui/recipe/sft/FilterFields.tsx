import { ActionIcon, Button, NativeSelect, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { wantedCorrect, type RowFilter } from '../../../data/filter.ts';
import type { SftSource } from '../../../run/config/sft.ts';
import { declarationOf } from '../../../run/config/task.ts';
import { useRecipe } from '../../../store/recipe-store.ts';
import { Field } from '../Field.tsx';
import { BandChips } from './BandChips.tsx';
import { COMPARISON_LABELS, COMPARISONS, conditionOf, filterOf, testsOf, type ShownTest } from './filter-tests.ts';

interface FilterFieldsProps {
  source: SftSource;
  /** Begins the ids of its inputs. */
  id: string;
  name: string;
  onChange: (filter: RowFilter | undefined) => void;
}

const BANDS_HELP = 'Difficulty bands whose traces are filtered by correctness; those of other bands stay. None: all.';
const CORRECT_HELP = "Rows whose completion is correct or incorrect by the task's rewards.";

/** Which rows of a source are used: correctness, and conditions on columns. Incomplete ones do not count. */
export function FilterFields({ source, id, name, onChange }: FilterFieldsProps) {
  const applied = testsOf(source.filter);
  const [draft, setDraft] = useState<ShownTest[]>(applied);
  const complete = draft.filter((test) => conditionOf(test) !== undefined);
  // The recipe was changed elsewhere: undone, loaded or replaced.
  const known = JSON.stringify(testsOf(filterOf(complete, undefined))) === JSON.stringify(applied);
  const tests = known ? draft : applied;
  const correct = wantedCorrect(source.filter ?? []);
  const task = useRecipe((recipe) => recipe.config.task);
  const bands = source.teacher ? (declarationOf(task.name)?.bands(task) ?? []) : [];
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
          w={116}
          value={!correct ? 'all' : correct.correct ? 'correct' : 'incorrect'}
          data={['all', 'correct', 'incorrect']}
          onChange={(event) => {
            const wanted = event.currentTarget.value;
            onChange(filterOf(tests, wanted === 'all' ? undefined : { ...correct, correct: wanted === 'correct' }));
          }}
        />
      </Field>
      {correct && bands.length > 0 && (
        <Field id={`${id}-correct-bands`} label="Only in bands" help={BANDS_HELP} paths={[]}>
          <BandChips
            id={`${id}-correct-bands`}
            label={`Bands of the filter of ${name}`}
            bands={bands}
            chosen={correct.bands}
            onChange={(next) => {
              const { bands: _bands, ...rest } = correct;
              onChange(filterOf(tests, { ...rest, ...(next && { bands: next }) }));
            }}
          />
        </Field>
      )}
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

import './inputs.css';
import { TextInput } from '@mantine/core';
import { useState, type KeyboardEvent } from 'react';
import { numberText } from '../../run/config/fields.ts';
import { parseNumber, steppedNumber, type NumberEntry as Entry, type NumberFormat } from './parse-number.ts';

export interface NumberEntryProps {
  id: string;
  label: string;
  value: number | undefined;
  /** The text to show instead of the number: text that is not a number. */
  text?: string | undefined;
  /** Whether the field has a problem; the caller shows it, in the element `problemId`. */
  invalid: boolean;
  problemId?: string;
  describedBy?: string;
  format: NumberFormat;
  /** Whether the unit is shown after the number. */
  showUnit?: boolean;
  /** Step of the arrow keys; ten times as much with Shift. */
  step: number;
  placeholder?: string;
  /** Pixels. */
  width: number;
  disabled?: boolean;
  onEntry: (entry: Entry) => void;
  /** The field was left: what was typed is complete. */
  onSettle?: () => void;
}

/**
 * A field for one number. What is typed stays as it is until the field is left; then the number is shown in its usual
 * form, such as 1e-4.
 */
export function NumberEntry(props: NumberEntryProps) {
  const { value, text, invalid, format, showUnit, step, width, onEntry, onSettle } = props;
  const [draft, setDraft] = useState<string>();
  const enter = (typed: string) => {
    setDraft(typed);
    onEntry(parseNumber(typed, format));
  };
  const keyDown = (event: KeyboardEvent) => {
    const direction = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : undefined;
    if (direction === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    // Text that is not a number cannot be stepped.
    if (text !== undefined) return;
    enter(numberText(steppedNumber(value, direction, event.shiftKey ? 10 * step : step, format)));
  };
  const { unit } = format;
  const shown = draft ?? text ?? (value === undefined ? '' : numberText(value));
  // A placeholder of words, such as automatic, has no unit.
  const placeholder = props.placeholder ?? '';
  const unitFits = shown !== '' || Number.isFinite(Number(placeholder));
  return (
    <TextInput
      id={props.id}
      aria-label={props.label}
      aria-invalid={invalid}
      aria-describedby={
        [props.describedBy, invalid ? props.problemId : undefined].filter(Boolean).join(' ') || undefined
      }
      size="xs"
      w={width}
      inputMode={format.whole ? 'numeric' : 'decimal'}
      autoComplete="off"
      spellCheck={false}
      disabled={props.disabled ?? false}
      placeholder={placeholder}
      value={shown}
      error={invalid}
      styles={{ input: { textAlign: 'right' } }}
      {...(showUnit &&
        unitFits &&
        unit !== undefined && {
          rightSection: (
            <span className="number-unit" aria-hidden>
              {unit}
            </span>
          ),
          rightSectionWidth: 12 + 6.2 * unit.length,
          rightSectionPointerEvents: 'none' as const,
        })}
      onChange={(event) => enter(event.currentTarget.value)}
      onKeyDown={keyDown}
      onBlur={() => {
        setDraft(undefined);
        onSettle?.();
      }}
    />
  );
}

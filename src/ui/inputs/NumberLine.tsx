import { useEffect, useState, type ReactNode } from 'react';
import { useEntries, type EntryScope } from '../../store/entry-store.ts';
import { Hint } from '../hint/Hint.tsx';
import { NumberEntry } from './NumberEntry.tsx';
import type { NumberFormat } from './parse-number.ts';

export interface NumberLineProps {
  id: string;
  label: string;
  /** One sentence, shown on hover and read with the label. */
  help: string;
  value: number | undefined;
  format: NumberFormat;
  step: number;
  placeholder?: string;
  width: number;
  disabled?: boolean;
  /** The consumer that waits while the text is not a number. */
  scope: EntryScope;
  onChange: (value: number | undefined) => void;
  /** Buttons beside the input. */
  children?: ReactNode;
}

/** A labelled number outside the recipe, with its problem: `value` keeps the last number meanwhile. */
export function NumberLine({ id, label, help, value, scope, onChange, children, ...entry }: NumberLineProps) {
  const [wrong, setWrong] = useState<{ text: string; problem: string; at: number | undefined }>();
  // A button beside the field may set the number meanwhile.
  const unparsed = wrong && Object.is(wrong.at, value) ? wrong : undefined;
  const problem = unparsed?.problem;
  useEffect(() => {
    const { report } = useEntries.getState();
    report(id, scope, label, problem);
    return () => report(id, scope, label, undefined);
  }, [id, scope, label, problem]);
  return (
    <div className="field">
      <Hint label={help} maxWidth={260} position="right" delay={300}>
        <label htmlFor={id}>{label}</label>
      </Hint>
      <div className="field-inputs">
        <NumberEntry
          {...entry}
          id={id}
          label={label}
          value={value}
          text={unparsed?.text}
          invalid={unparsed !== undefined}
          problemId={`${id}-problem`}
          describedBy={`${id}-help`}
          onEntry={(typed) => {
            if ('value' in typed) {
              setWrong(undefined);
              onChange(typed.value);
            } else setWrong({ ...typed, at: value });
          }}
        />
        {children}
      </div>
      <span id={`${id}-help`} className="visually-hidden">
        {help}
      </span>
      {problem !== undefined && (
        <span id={`${id}-problem`} className="field-problem" role="alert">
          {problem}
        </span>
      )}
    </div>
  );
}

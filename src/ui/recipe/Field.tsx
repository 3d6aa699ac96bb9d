import type { ReactNode } from 'react';
import { rangeText, type ConfigField } from '../../run/config/fields.ts';
import { useRunEdits } from '../../store/run-edits.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { Hint } from '../hint/Hint.tsx';
import { FieldAdvice } from './FieldAdvice.tsx';
import { NextRunMark } from './NextRunMark.tsx';
import { SourceMark } from './SourceMark.tsx';

interface FieldProps {
  /** Id of the input the label belongs to. */
  id: string;
  label: string;
  /** One sentence, shown on hover and read with the label. */
  help: string;
  /** Dotted paths whose problems and advice are shown here. */
  paths: string[];
  children: ReactNode;
}

/** Id of the problem shown under an input. */
export const problemIdOf = (id: string): string => `${id}-problem`;

export const idOf = (path: string): string => `field-${path.replaceAll('.', '-')}`;

/** A field's help text with the range of its number. */
export const helpOf = (field: ConfigField): string => `${field.description} ${rangeText(field)}`.trim();

/** A line of the recipe: name, input, and problems. */
export function Field({ id, label, help, paths, children }: FieldProps) {
  const edits = useRunEdits();
  const problem = useRecipe((recipe) => paths.map((path) => recipe.problems[path]).find(Boolean));
  return (
    <div className="field">
      <Hint label={help} maxWidth={260} position="right" delay={300}>
        <label htmlFor={id}>
          {label}
          <NextRunMark paths={paths} />
        </label>
      </Hint>
      <div className="field-inputs">
        {children}
        <SourceMark label={label} paths={paths} />
      </div>
      <span id={`${id}-help`} className="visually-hidden">
        {help}
        {paths.some((path) => edits.has(path)) && ' Applies to the next run.'}
      </span>
      {problem && (
        <span id={problemIdOf(id)} className="field-problem" role="alert">
          {problem}
        </span>
      )}
      <FieldAdvice paths={paths} />
    </div>
  );
}

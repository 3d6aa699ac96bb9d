import { Button, TextInput, type ButtonProps } from '@mantine/core';
import type { ReactNode } from 'react';
import { useRun } from '../../store/run-store.ts';

interface HubRepositoryFormProps {
  /** What is on the hub: Model, Data set. */
  kind: string;
  name: string;
  revision: string;
  onName: (name: string) => void;
  onRevision: (revision: string) => void;
  onSubmit: () => void;
  /** Of the button. */
  action: string;
  button?: ButtonProps & { 'data-testid'?: string };
  /** Below the form. */
  children?: ReactNode;
}

/** Names a repository of the hub, as a section of a side column. */
export function HubRepositoryForm({ kind, name, revision, action, button, children, ...on }: HubRepositoryFormProps) {
  const ready = useRun((run) => run.adapter !== undefined);
  return (
    <section className="section">
      <h2 className="section-title">From Hugging Face</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          on.onSubmit();
        }}
      >
        <HubText label={kind} placeholder="owner/name" value={name} onChange={on.onName} />
        <HubText label="Revision" placeholder="main" value={revision} onChange={on.onRevision} mt={6} />
        <Button
          type="submit"
          size="xs"
          mt={10}
          fullWidth
          {...button}
          disabled={!ready || button?.disabled === true || name.trim() === ''}
        >
          {action}
        </Button>
      </form>
      <p className="hint">
        The page asks another host only for the models and data sets that you name, when you press a button. An
        interrupted download resumes where it stopped.
      </p>
      {children}
    </section>
  );
}

interface HubTextProps {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
  mt?: number;
}

function HubText({ label, placeholder, value, onChange, mt = 0 }: HubTextProps) {
  return (
    <TextInput
      size="xs"
      mt={mt}
      label={label}
      placeholder={placeholder}
      value={value}
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

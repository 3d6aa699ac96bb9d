import { Button } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useCompareMode, type CompareMode } from '../../store/compare-mode.ts';
import { isComparing, useCompare } from '../../store/compare-store.ts';
import { usePage } from '../../store/page-store.ts';
import { isRacing, useRace } from '../../store/race-store.ts';

interface OpenInCompareProps {
  mode: CompareMode;
  label: string;
  /** The button's name where several have one label. */
  name?: string;
  testId: string;
  /** Sets what Compare is to run. */
  prepare: () => void;
  /** Buttons beside it. */
  children?: ReactNode;
}

/** A button that sets a sweep or a race and opens it in Compare, unless one is running there. */
export function OpenInCompare({ mode, label, name, testId, prepare, children }: OpenInCompareProps) {
  const racing = useRace(isRacing);
  const comparing = useCompare(isComparing);
  const busy = mode === 'race' ? racing : comparing;
  const open = () => {
    prepare();
    useCompareMode.setState({ mode });
    usePage.getState().go('compare');
  };
  return (
    <p className="try-row">
      <Button
        size="sm"
        variant="light"
        data-testid={testId}
        disabled={busy}
        {...(name !== undefined && { 'aria-label': name })}
        rightSection={<IconArrowRight size={15} aria-hidden />}
        onClick={open}
      >
        {label}
      </Button>
      {children}
      {busy && (
        <span className="try-place">{mode === 'race' ? 'A race' : 'A comparison'} is running. Stop it first.</span>
      )}
    </p>
  );
}

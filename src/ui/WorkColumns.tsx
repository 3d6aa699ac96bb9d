import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconArrowDown } from '@tabler/icons-react';
import { Fragment, useRef, type ReactNode } from 'react';
import { ONE_COLUMN } from './one-column.ts';

interface WorkColumnsProps {
  /** Of a box around both; without it they are columns of the box around this. */
  className?: string;
  /** Name of the side column, which is a landmark. */
  name: string;
  /** The button that leads to the side column where it comes last. */
  jump: string;
  side: ReactNode;
  /** The main content: charts, curves, responses. */
  children: ReactNode;
}

/**
 * A side column of settings and the work beside it. In one column the work comes first, in the document too, so that
 * reading and focus order match the visual order; a button leads to the settings.
 */
export function WorkColumns({ className, name, jump, side, children }: WorkColumnsProps) {
  const narrow = useMediaQuery(ONE_COLUMN, undefined, { getInitialValueInEffect: false }) ?? false;
  const column = useRef<HTMLElement>(null);
  const settings = (
    <aside key="side" ref={column} className="side left" aria-label={name} tabIndex={-1}>
      {side}
    </aside>
  );
  const work = <Fragment key="work">{children}</Fragment>;
  const lead = (
    <Button
      key="jump"
      className="jump"
      variant="default"
      size="xs"
      rightSection={<IconArrowDown size={14} aria-hidden />}
      onClick={() => {
        column.current?.focus({ preventScroll: true });
        column.current?.scrollIntoView();
      }}
    >
      {jump}
    </Button>
  );
  const columns = narrow ? [lead, work, settings] : [settings, work];
  return className === undefined ? columns : <div className={className}>{columns}</div>;
}

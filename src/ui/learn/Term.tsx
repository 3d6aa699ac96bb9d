import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { learnAddress } from '../../store/learn-store.ts';
import { GLOSSARY, type GlossaryId } from './glossary.ts';

/** A technical term with its meaning on hover and focus, linked to the glossary. */
export function Term({ id, children }: { id: GlossaryId; children: ReactNode }) {
  return (
    <Tooltip
      multiline
      w={280}
      openDelay={200}
      events={{ hover: true, focus: true, touch: false }}
      label={GLOSSARY[id].meaning}
    >
      <a className="term" href={learnAddress('glossary', id)}>
        {children}
      </a>
    </Tooltip>
  );
}

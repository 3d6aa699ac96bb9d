import { Tooltip } from '@mantine/core';
import { useRef, useState, type MouseEvent, type PointerEvent, type ReactNode } from 'react';
import { learnAddress } from '../../store/learn-store.ts';
import { GLOSSARY, type GlossaryEntry, type GlossaryId } from './glossary.ts';

interface TermProps {
  id: GlossaryId;
  /** What it means here, after its meaning. */
  note?: string | undefined;
  /** Links to the lesson that explains it instead of the glossary, if there is one. */
  lesson?: boolean;
  children: ReactNode;
}

/**
 * A technical term with its meaning on hover, focus and the first tap, linked to the glossary or to its lesson; a
 * second tap follows the link.
 */
export function Term({ id, note, lesson = false, children }: TermProps) {
  const entry: GlossaryEntry = GLOSSARY[id];
  const [opened, setOpened] = useState(false);
  const touched = useRef(false);
  const click = (event: MouseEvent) => {
    if (touched.current && !opened) {
      event.preventDefault();
      setOpened(true);
    } else setOpened(false);
  };
  return (
    <Tooltip
      multiline
      w={280}
      style={{ whiteSpace: 'pre-line' }}
      opened={opened}
      label={note ? `${entry.meaning}\n${note}` : entry.meaning}
    >
      <a
        className="term"
        href={lesson && entry.lesson ? learnAddress(entry.lesson) : learnAddress('glossary', id)}
        onPointerEnter={(event: PointerEvent) => event.pointerType !== 'touch' && setOpened(true)}
        onPointerDown={(event: PointerEvent) => (touched.current = event.pointerType === 'touch')}
        onPointerLeave={(event: PointerEvent) => event.pointerType !== 'touch' && setOpened(false)}
        // A tap focuses the link before its click, so the click handler decides.
        onFocus={() => !touched.current && setOpened(true)}
        onBlur={() => {
          touched.current = false;
          setOpened(false);
        }}
        onKeyDown={({ key }) => key === 'Escape' && setOpened(false)}
        onClick={click}
      >
        {children}
      </a>
    </Tooltip>
  );
}

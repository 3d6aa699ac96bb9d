import { useId, useRef, useState, type FocusEvent, type MouseEvent, type PointerEvent, type ReactNode } from 'react';
import { learnAddress } from '../../store/learn-store.ts';
import { HINT_BUBBLE } from '../hint/hint-part.ts';
import { OnDemand } from '../OnDemand.tsx';
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
  const hint = useId();
  const [target, setTarget] = useState<HTMLElement>();
  const [opened, setOpened] = useState(false);
  const touched = useRef(false);
  const open = ({ currentTarget }: { currentTarget: HTMLElement }) => {
    setTarget(currentTarget);
    setOpened(true);
  };
  const click = (event: MouseEvent<HTMLElement>) => {
    if (touched.current && !opened) {
      event.preventDefault();
      open(event);
    } else setOpened(false);
  };
  return (
    <>
      <a
        className="term"
        href={lesson && entry.lesson ? learnAddress(entry.lesson) : learnAddress('glossary', id)}
        aria-describedby={opened && HINT_BUBBLE.isLoaded ? hint : undefined}
        onPointerEnter={(event: PointerEvent<HTMLElement>) => event.pointerType !== 'touch' && open(event)}
        onPointerDown={(event: PointerEvent) => (touched.current = event.pointerType === 'touch')}
        onPointerLeave={(event: PointerEvent) => event.pointerType !== 'touch' && setOpened(false)}
        // A tap focuses the link before its click, so the click handler decides.
        onFocus={(event: FocusEvent<HTMLElement>) => !touched.current && open(event)}
        onBlur={() => {
          touched.current = false;
          setOpened(false);
        }}
        onKeyDown={({ key }) => key === 'Escape' && setOpened(false)}
        onClick={click}
      >
        {children}
      </a>
      {target && (
        <OnDemand
          part={HINT_BUBBLE}
          props={{
            id: hint,
            target,
            opened,
            maxWidth: 280,
            label: note ? `${entry.meaning}\n${note}` : entry.meaning,
          }}
        />
      )}
    </>
  );
}

import { useTimeout } from '@mantine/hooks';
import { cloneElement, useEffect, useId, useState, type FocusEvent, type PointerEvent, type ReactElement } from 'react';
import { OnDemand } from '../OnDemand.tsx';
import { HINT_BUBBLE } from './hint-part.ts';
import type { HintBubbleProps } from './HintBubble.tsx';

interface HintProps extends Pick<HintBubbleProps, 'label' | 'position' | 'maxWidth'> {
  /** Milliseconds of hovering until it opens. */
  delay?: number;
  /** Opens on the keyboard's focus and on a tap, too: for buttons whose hint says more than their name. */
  always?: boolean;
  /** One element that takes these handlers. */
  children: ReactElement<HintTarget>;
}

interface HintTarget {
  'aria-describedby'?: string | undefined;
  onPointerEnter?: (event: PointerEvent<HTMLElement>) => void;
  onPointerLeave?: (event: PointerEvent<HTMLElement>) => void;
  onFocus?: (event: FocusEvent<HTMLElement>) => void;
  onBlur?: (event: FocusEvent<HTMLElement>) => void;
}

/** An element with a text beside it on hover. Escape or a press elsewhere closes the text. */
export function Hint({ delay = 0, always = false, children, ...bubble }: HintProps) {
  const id = useId();
  const [target, setTarget] = useState<HTMLElement>();
  const [opened, setOpened] = useState(false);
  const { start, clear } = useTimeout(() => setOpened(true), delay);
  const close = () => {
    clear();
    setOpened(false);
  };
  useClosing(opened ? target : undefined, close);
  const described = opened && HINT_BUBBLE.isLoaded;
  return (
    <>
      {cloneElement(children, {
        ...(described && { 'aria-describedby': id }),
        onPointerEnter: ({ pointerType, currentTarget }) => {
          if (pointerType === 'touch' && !always) return;
          setTarget(currentTarget);
          start();
        },
        // A finger leaves when it is lifted.
        onPointerLeave: ({ pointerType }) => pointerType !== 'touch' && close(),
        onFocus: ({ currentTarget }) => {
          if (!always || !currentTarget.matches(':focus-visible')) return;
          setTarget(currentTarget);
          setOpened(true);
        },
        onBlur: close,
      })}
      {target && <OnDemand part={HINT_BUBBLE} props={{ ...bubble, id, target, opened }} />}
    </>
  );
}

/** Calls `close` on Escape, and on a press outside `target`, while there is one. */
function useClosing(target: HTMLElement | undefined, close: () => void): void {
  useEffect(() => {
    if (!target) return undefined;
    const onKey = ({ key }: KeyboardEvent) => key === 'Escape' && close();
    const onPress = (event: Event) => !target.contains(event.target as Node) && close();
    document.addEventListener('keydown', onKey);
    document.addEventListener('pointerdown', onPress);
    return () => {
      document.removeEventListener('keydown', onKey);
      document.removeEventListener('pointerdown', onPress);
    };
  });
}

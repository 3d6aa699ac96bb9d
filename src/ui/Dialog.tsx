import { Modal, type ModalProps } from '@mantine/core';
import { useEffect, useRef } from 'react';

/**
 * A dialog. It keeps the focus while it is open, and gives it back to the control that opened it. The kit gives it
 * back only to what had it before a dialog that was on the page already.
 */
export function Dialog(props: ModalProps) {
  useReturnedFocus(props.opened);
  // Its `header` element is no banner of the page, which has one; the kit gives it no role of its own.
  return <Modal returnFocus={false} attributes={{ header: { role: 'presentation' } }} {...props} />;
}

/** Milliseconds until a closed menu has decided where the focus goes. */
const SETTLED_MS = 20;

function useReturnedFocus(opened: boolean): void {
  const shown = useRef(false);
  useEffect(() => {
    if (!opened) return undefined;
    shown.current = true;
    const opener = openerOf(document.activeElement);
    return () => {
      shown.current = false;
      const inside = document.activeElement;
      setTimeout(() => {
        const { activeElement, body } = document;
        // Something else may have taken the focus, or the dialog may be open again.
        const free = activeElement === null || activeElement === body || activeElement === inside;
        if (free && !shown.current) opener?.focus({ preventScroll: true });
      }, SETTLED_MS);
    };
  }, [opened]);
}

/** The element itself; of an entry of a menu, which is gone once it is chosen, the button of the menu. */
function openerOf(element: Element | null): HTMLElement | null {
  const menu = element?.closest('[role=menu]');
  const button = menu && document.getElementById(menu.getAttribute('aria-labelledby') ?? '');
  return button ?? (element as HTMLElement | null);
}

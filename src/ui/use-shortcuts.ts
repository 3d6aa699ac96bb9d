import { useEffect } from 'react';
import { usePage } from '../store/page-store.ts';
import { usePresenter } from '../store/presenter-store.ts';
import { focusOf, overlayIsOpen, shortcutOf } from './run/shortcuts.ts';
import { TRANSPORT_ACTIONS } from './use-transport.ts';

/**
 * The Train page's keyboard shortcuts (run/shortcuts.ts). It must not subscribe to the run: App calls it, and would be
 * rendered with all its children at each press of Train.
 */
export function useShortcuts(): void {
  const place = usePage((page) => page.place);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const { key, ctrlKey, altKey, shiftKey, metaKey, target } = event;
      const shortcut = shortcutOf({
        key,
        modified: ctrlKey || altKey || shiftKey || metaKey,
        shifted: shiftKey && !(ctrlKey || altKey || metaKey),
        place,
        focus: focusOf(target),
        overlay: overlayIsOpen(),
      });
      if (!shortcut) return;
      // Space would scroll. A key that is held down counts once.
      event.preventDefault();
      if (event.repeat) return;
      const { toggle, oneStep, stop } = TRANSPORT_ACTIONS;
      ({ 'train-or-pause': toggle, step: oneStep, stop, present: usePresenter.getState().open })[shortcut]();
    };
    // In the capture phase, before a dialog handles the key and closes: the key is for the dialog that is open now.
    window.addEventListener('keydown', press, { capture: true });
    return () => window.removeEventListener('keydown', press, { capture: true });
  }, [place]);
}

import { useEffect } from 'react';
import { useRecipe } from '../../store/recipe-store.ts';

/** Inputs whose text the browser undoes itself. */
const TEXT = 'textarea, [contenteditable="true"], input:not([type="checkbox"]):not([type="radio"]):not([type="range"])';

/** Whether a key press means undo or redo: Ctrl+Z or Cmd+Z, with Shift to redo. */
export function undoKey(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>) {
  if (event.key.toLowerCase() !== 'z' || event.altKey || event.ctrlKey === event.metaKey) return undefined;
  return event.shiftKey ? 'redo' : 'undo';
}

/** Undoes and redoes changes of the recipe by keyboard, except in text fields and behind dialogs. */
export function useUndoKeys(): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const what = undoKey(event);
      if (!what || (event.target instanceof Element && event.target.closest(TEXT))) return;
      if (document.querySelector('[role="dialog"]')) return;
      event.preventDefault();
      useRecipe.getState()[what]();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}

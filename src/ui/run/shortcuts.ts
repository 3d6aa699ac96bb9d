/** Keyboard shortcuts of the Train page, and when a key belongs to the focused element or an open dialog. */
import type { Place } from '../../store/page-store.ts';

export type Shortcut = 'train-or-pause' | 'step' | 'stop' | 'present';

/**
 * What a key press reaches: a `field` (text, list, slider, menu) uses every key, a `control` (button, link, switch)
 * uses Space.
 */
export type Focus = 'page' | 'control' | 'field';

export interface KeyPress {
  key: string;
  /** Ctrl, Alt, Shift or Meta is held. */
  modified: boolean;
  /** Shift alone is held. */
  shifted: boolean;
  place: Place;
  focus: Focus;
  /** A dialog, menu, list, popover or the tour is open. */
  overlay: boolean;
}

const KEYS: Record<string, Shortcut> = { ' ': 'train-or-pause', n: 'step', escape: 'stop' };
/** With Shift, which is not pressed by accident. */
const SHIFTED: Record<string, Shortcut> = { p: 'present' };

export function shortcutOf({ key, modified, shifted, place, focus, overlay }: KeyPress): Shortcut | undefined {
  if (place !== 'train' || (modified && !shifted) || overlay || focus === 'field') return undefined;
  const shortcut = (shifted ? SHIFTED : KEYS)[key.toLowerCase()];
  return shortcut === 'train-or-pause' && focus === 'control' ? undefined : shortcut;
}

const roles = (...names: string[]) => names.map((name) => `[role="${name}"]`);

/** Elements that use letters, Space or Escape themselves, by selector. */
const FIELDS = [
  'input:not([type="checkbox"], [type="radio"], [type="button"], [type="submit"])',
  'textarea',
  'select',
  '[contenteditable]:not([contenteditable="false"])',
  // Escape closes its explanation.
  '.term',
  ...roles('textbox', 'combobox', 'searchbox', 'spinbutton', 'slider', 'listbox', 'option', 'menu', 'menuitem'),
  ...roles('menuitemradio', 'menuitemcheckbox', 'dialog', 'alertdialog', 'grid', 'tree'),
].join();
/** Elements that Space activates. */
const CONTROLS = [
  'button',
  'a[href]',
  'summary',
  'input',
  ...roles('button', 'link', 'radio', 'checkbox', 'switch', 'tab'),
].join();
/** Open on top of the page. */
const OVERLAYS = [...roles('dialog', 'alertdialog', 'menu', 'listbox'), 'dialog[open]', '.driver-popover'].join();

export function focusOf(target: EventTarget | null): Focus {
  if (!(target instanceof Element)) return 'page';
  if (target.closest(FIELDS)) return 'field';
  return target.closest(CONTROLS) ? 'control' : 'page';
}

/** Lists that are kept in the document while they are closed are not shown. */
export const overlayIsOpen = (): boolean =>
  [...document.querySelectorAll(OVERLAYS)].some((element) => element.getClientRects().length > 0);

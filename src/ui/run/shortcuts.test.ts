import { describe, expect, it } from 'vitest';
import { PLACES } from '../../store/page-store.ts';
import { shortcutOf, type KeyPress } from './shortcuts.ts';

const press = (key: string, change: Partial<KeyPress> = {}) =>
  shortcutOf({ key, modified: false, shifted: false, place: 'train', focus: 'page', overlay: false, ...change });

describe('keyboard shortcuts', () => {
  it('Space trains or pauses, N makes one step, Escape stops', () => {
    expect([press(' '), press('n'), press('N'), press('Escape'), press('x')]).toEqual([
      'train-or-pause',
      'step',
      'step',
      'stop',
      undefined,
    ]);
  });

  it.each(PLACES.filter((place) => place !== 'train'))('do nothing on the page %s', (place) => {
    for (const key of [' ', 'n', 'Escape']) expect(press(key, { place })).toBeUndefined();
  });

  it('do nothing in a field, slider or list, with a modifier, or under a dialog, menu or the tour', () => {
    for (const key of [' ', 'n', 'Escape'])
      for (const change of [{ focus: 'field' as const }, { modified: true }, { overlay: true }])
        expect(press(key, change)).toBeUndefined();
  });

  it('Shift+P opens presenter mode, and no other key does with Shift', () => {
    const shift = { modified: true, shifted: true };
    expect([press('P', shift), press('p', shift), press('p'), press('N', shift), press(' ', shift)]).toEqual([
      'present',
      'present',
      undefined,
      undefined,
      undefined,
    ]);
    expect(press('P', { ...shift, focus: 'field' })).toBeUndefined();
    expect(press('P', { modified: true })).toBeUndefined();
  });

  it('leave Space to the button that has the focus', () => {
    const focus = 'control';
    expect([press(' ', { focus }), press('n', { focus }), press('Escape', { focus })]).toEqual([
      undefined,
      'step',
      'stop',
    ]);
  });
});

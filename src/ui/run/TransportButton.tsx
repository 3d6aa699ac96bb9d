import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { Hint } from '../hint/Hint.tsx';
import type { ButtonView } from './transport-view.ts';

interface TransportButtonProps {
  view: ButtonView;
  testId: string;
  icon: ReactNode;
  /** The key as shown, and its name for aria-keyshortcuts. */
  shortcut?: { key: string; aria: string };
  primary?: boolean;
  /** A dialog that it is in begins with its focus here. */
  initialFocus?: boolean;
  onPress: () => void;
}

/** A button of the run; one that is not available stays reachable, and its tooltip says why. */
export function TransportButton(props: TransportButtonProps) {
  const { view, testId, icon, shortcut, primary = false, initialFocus = false, onPress } = props;
  const { label, help, command, busy = false } = view;
  const unavailable = command === undefined;
  return (
    <Hint
      maxWidth={260}
      delay={500}
      always
      label={
        <>
          {help}.{shortcut && <span className="tooltip-key">Keyboard shortcut on the Train page: {shortcut.key}</span>}
        </>
      }
    >
      <Button
        className="transport"
        size="xs"
        variant={primary ? 'filled' : 'default'}
        data-testid={testId}
        aria-disabled={unavailable || undefined}
        data-disabled={unavailable || undefined}
        data-busy={busy || undefined}
        data-autofocus={initialFocus || undefined}
        {...(shortcut && { 'aria-keyshortcuts': shortcut.aria })}
        leftSection={icon}
        onClick={unavailable ? (event) => event.preventDefault() : onPress}
      >
        {label} {shortcut && <kbd aria-hidden>{shortcut.key}</kbd>}
      </Button>
    </Hint>
  );
}

import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';

export interface HintBubbleProps {
  /** Of the text, for aria-describedby. */
  id: string;
  target: HTMLElement;
  opened: boolean;
  label: ReactNode;
  position?: 'top' | 'right';
  /** Of long texts, in pixels; by default one line. */
  maxWidth?: number;
}

/** The text beside an element. */
export function HintBubble({ id, target, opened, label, position = 'top', maxWidth }: HintBubbleProps) {
  return (
    <Tooltip
      target={target}
      opened={opened}
      position={position}
      {...(maxWidth !== undefined && { maw: maxWidth, style: { whiteSpace: 'pre-line' } })}
      label={<span id={id}>{label}</span>}
    />
  );
}

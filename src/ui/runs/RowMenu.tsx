import { ActionIcon, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useRef, useState, type ReactNode } from 'react';
import { flushSync } from 'react-dom';

/** The menu of a row; made when it is first opened, because a menu costs more than the rest of its row. */
export function RowMenu({ label, children }: { label: string; children: ReactNode }) {
  const [made, setMade] = useState(false);
  const [opened, setOpened] = useState(false);
  const target = useRef<HTMLButtonElement>(null);
  const make = () => {
    flushSync(() => setMade(true));
    // The menu returns the focus to the element that had it when it was opened.
    target.current?.focus();
    setOpened(true);
  };
  const button = (
    <ActionIcon
      ref={target}
      variant="subtle"
      color="gray"
      size={24}
      aria-label={label}
      {...(!made && { 'aria-haspopup': 'menu', 'aria-expanded': false, onClick: make })}
    >
      <IconDots size={15} aria-hidden />
    </ActionIcon>
  );
  if (!made) return button;
  return (
    <Menu position="bottom-end" shadow="md" withinPortal opened={opened} onChange={setOpened}>
      <Menu.Target>{button}</Menu.Target>
      {children}
    </Menu>
  );
}

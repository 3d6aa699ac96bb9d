import { ActionIcon, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';

/** The menu of a row; made when it is first opened, because a menu costs more than the rest of its row. */
export function RowMenu({ label, children }: { label: string; children: ReactNode }) {
  const [made, setMade] = useState(false);
  const button = (
    <ActionIcon
      variant="subtle"
      color="gray"
      size={24}
      aria-label={label}
      {...(!made && { 'aria-haspopup': 'menu', 'aria-expanded': false, onClick: () => setMade(true) })}
    >
      <IconDots size={15} aria-hidden />
    </ActionIcon>
  );
  if (!made) return button;
  return (
    <Menu position="bottom-end" shadow="md" withinPortal defaultOpened>
      <Menu.Target>{button}</Menu.Target>
      {children}
    </Menu>
  );
}

import { useNotifications } from '@mantine/notifications';
import { useState } from 'react';
import { OnDemand } from './OnDemand.tsx';
import { NOTICES } from './page-parts.ts';

/** Messages in a corner of the page; their component loads with the first message. */
export function NoticeArea() {
  const any = useNotifications().notifications.length > 0;
  // Stays, so that the last message can fade out.
  const [needed, setNeeded] = useState(any);
  if (any && !needed) setNeeded(true);
  return needed && <OnDemand part={NOTICES} props={{}} />;
}

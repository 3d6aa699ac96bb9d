import { CloseButton } from '@mantine/core';
import { useState } from 'react';
import { leftOutRows } from '../../archive/stored-rows.ts';
import { useLeftOut } from '../../store/archive.ts';

/** Says once that stored runs or comparisons are not in the list, until it is closed. */
export function LeftOutRows() {
  const rows = useLeftOut((state) => state.rows);
  const [closed, setClosed] = useState<typeof rows>();
  const text = leftOutRows(rows);
  if (!text || (closed?.runs === rows.runs && closed.sweeps === rows.sweeps)) return null;
  return (
    <p className="hint left-out" role="status" data-testid="left-out-rows">
      {text} <CloseButton size="xs" aria-label="Close" onClick={() => setClosed(rows)} />
    </p>
  );
}

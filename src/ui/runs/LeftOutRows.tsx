import { CloseButton } from '@mantine/core';
import { useState } from 'react';
import { leftOutRows } from '../../archive/stored-rows.ts';
import { useLeftOut } from '../../store/archive.ts';

const NONE = { runs: 0, sweeps: 0, rollouts: 0 };

/** Says once that stored runs, comparisons or rollouts are not in the lists, until it is closed. */
export function LeftOutRows() {
  const rows = useLeftOut((state) => state.rows);
  const [closed, setClosed] = useState<typeof rows>();
  const text = leftOutRows(rows);
  if (!text || leftOutRows(closed ?? NONE) === text) return null;
  return (
    <p className="hint left-out" role="status" data-testid="left-out-rows">
      {text} <CloseButton size="xs" aria-label="Close" onClick={() => setClosed(rows)} />
    </p>
  );
}

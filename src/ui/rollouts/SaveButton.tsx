import { Button } from '@mantine/core';
import { useState } from 'react';
import { useRun } from '../../store/run-store.ts';
import type { Result } from '../../views/result.ts';

interface SaveButtonProps<T> {
  title: string;
  get: () => Promise<Result<T>>;
  save: (value: T) => void;
}

/** Gets data from the worker and lets the browser save it. */
export function SaveButton<T>({ title, get, save }: SaveButtonProps<T>) {
  const [busy, setBusy] = useState(false);
  const press = async () => {
    setBusy(true);
    const result = await get();
    setBusy(false);
    if (result.ok) save(result.value);
    else useRun.getState().showError(result.error);
  };
  return (
    <Button variant="default" size="compact-xs" loading={busy} onClick={() => void press()}>
      {title}
    </Button>
  );
}

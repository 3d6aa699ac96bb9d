import { Button } from '@mantine/core';
import { useState } from 'react';

/** The run of this tab as a report, and as a link; both are made from its stored records. */
export function ReportButtons({ id }: { id: string }) {
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    const { exportRun } = await import('../runs/export-report.ts');
    await exportRun(id, 'html');
    setBusy(false);
  };
  return (
    <>
      <Button variant="default" size="compact-xs" loading={busy} onClick={() => void save()}>
        Export report (HTML)
      </Button>
      <Button
        variant="default"
        size="compact-xs"
        onClick={() => void import('../share/share-run.ts').then(({ shareStored }) => shareStored(id))}
      >
        Share link
      </Button>
    </>
  );
}

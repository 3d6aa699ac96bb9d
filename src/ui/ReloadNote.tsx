import { Button } from '@mantine/core';

/** What to do about a newer version of the page that has been fetched. */
export function ReloadNote({ reload }: { reload: () => void }) {
  return (
    <>
      It opens when all tabs of the studio have been closed, or now. A run in this tab would end.
      <Button size="compact-xs" variant="light" mt={6} display="block" onClick={reload}>
        Open it now
      </Button>
    </>
  );
}

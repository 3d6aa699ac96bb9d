import { Button } from '@mantine/core';

/** Prompt to reload for a newer version of the page. */
export function ReloadNote({ reload }: { reload: () => void }) {
  return (
    <>
      It loads after all tabs of the studio are closed, or when you reload. Reloading ends a run in this tab.
      <Button size="compact-xs" variant="light" mt={6} display="block" onClick={reload}>
        Reload now
      </Button>
    </>
  );
}

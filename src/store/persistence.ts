/** Asks the browser not to delete this page's storage by itself, once there is something to lose. */
import type { StateFacts } from '../views/run-view.ts';

let asked = false;

/** At the first state that is kept after a user's Train; some browsers ask the user then. */
export function askForPersistence(states: StateFacts | undefined): void {
  if (asked || states?.newest === undefined || typeof navigator === 'undefined') return;
  asked = true;
  const { storage } = navigator as { storage?: StorageManager };
  void storage
    ?.persisted?.()
    .then((already) => already || storage.persist())
    .catch(() => undefined);
}

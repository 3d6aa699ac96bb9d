/**
 * The page's copy in the browser (src/service-worker.ts): stored after the first visit, replaced when the user
 * confirms.
 */
import { notifications } from '@mantine/notifications';
import { createElement } from 'react';
import { useRun } from '../store/run-store.ts';
import { ReloadNote } from './ReloadNote.tsx';

/** Until the studio can train or says why not: storing the page must not delay that. */
function studioOpened(): Promise<void> {
  const opened = ({ models, unavailable, error }: ReturnType<typeof useRun.getState>) =>
    models.length > 0 || (unavailable ?? error) !== undefined;
  return new Promise((resolve) => {
    if (opened(useRun.getState())) return resolve();
    const end = useRun.subscribe((run) => {
      if (!opened(run)) return;
      end();
      resolve();
    });
  });
}

/**
 * Registers the service worker of a built page. Where a browser offers none (private windows, plain http), the page
 * works as before, online.
 */
export async function keepForOffline(): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  await studioOpened();
  const { Workbox } = await import('workbox-window');
  const workbox = new Workbox(new URL('service-worker.js', document.baseURI).href);
  workbox.addEventListener('waiting', () => {
    const reload = () => {
      workbox.addEventListener('controlling', () => window.location.reload());
      workbox.messageSkipWaiting();
    };
    notifications.show({
      title: 'Update available',
      message: createElement(ReloadNote, { reload }),
      autoClose: false,
    });
  });
  await workbox
    .register()
    .catch((error: unknown) => console.warn('The page could not be stored for offline use:', error));
}

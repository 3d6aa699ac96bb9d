/**
 * The page's copy in the browser (src/service-worker.ts): stored after the first visit, replaced when the user
 * confirms.
 */
import { notifications } from '@mantine/notifications';
import { createElement } from 'react';
import { studioOpened } from '../store/studio-opened.ts';
import { ReloadNote } from './ReloadNote.tsx';

/**
 * Registers the service worker of a built page. Where a browser offers none (private windows, plain http), the page
 * works as before, online.
 */
export async function keepForOffline(): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  // Storing the page must not delay that.
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

/** Entry point of the training worker: a Studio exposed by comlink. */
import { expose } from 'comlink';
import { browserStore } from './kernel-choices.ts';
import { Studio } from './studio.ts';

/** The page's address: a built worker is one folder below it, on any host at any path. */
const PAGE = import.meta.env.PROD ? new URL('..', self.location.href) : self.location.origin;

expose(
  new Studio((navigator as Navigator & { gpu?: GPU }).gpu, new URL('models/', PAGE).href, browserStore(), {
    hubAddress: import.meta.env.VITE_HUB_ADDRESS as string | undefined,
  }),
);

/** Entry point of the training worker: a Studio exposed by comlink. */
import { expose } from 'comlink';
import { browserStore } from './kernel-choices.ts';
import { Studio } from './studio.ts';

expose(
  new Studio(
    (navigator as Navigator & { gpu?: GPU }).gpu,
    new URL(`${import.meta.env.BASE_URL}models/`, self.location.origin).href,
    browserStore(),
    { hubAddress: import.meta.env.VITE_HUB_ADDRESS as string | undefined },
  ),
);

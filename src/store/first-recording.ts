/**
 * The first screen of a first visit plays a recording, so that it moves before any kernel is compiled, and without
 * WebGPU. Nothing plays by itself for a user who has trained here or has a recipe, or who prefers reduced motion.
 */
import { create } from 'zustand';
import { SHARE_KEY } from '../run/share-key.ts';
import { CHOICES } from '../views/kernel-choices.ts';
import { tabArchive } from './archive.ts';
import { browserStorage, KEPT_RECIPE } from './kept-recipe.ts';
import { usePage } from './page-store.ts';
import { useRun } from './run-store.ts';
import { studioOpened } from './studio-opened.ts';

/** The recording that plays by itself. */
const FIRST = 'gppo';
/** Milliseconds after the studio has opened: what the user wants first, it does first. */
const SETTLED_MS = 400;

/** Nothing has happened on the page that a recording would hide. */
const untouched = (): boolean => {
  const { state, frame, id, error, workerProblem } = useRun.getState();
  return (
    state === 'idle' &&
    frame === undefined &&
    id === undefined &&
    error === undefined &&
    workerProblem === undefined &&
    usePage.getState().place === 'train' &&
    !location.hash.startsWith(`#${SHARE_KEY}`)
  );
};

const prefersStillness = (): boolean => window.matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Whether nothing of an earlier visit is in this browser: no recipe, no choices of kernels, no runs. */
async function firstVisit(): Promise<boolean> {
  if ((browserStorage()?.getItem(KEPT_RECIPE) ?? null) !== null) return false;
  if ('caches' in window && (await caches.has(CHOICES).catch(() => false))) return false;
  // Without storage, every visit is the first.
  const runs = await tabArchive.archive.runs().catch(() => []);
  return runs.length === 0;
}

/** Whether a recording is about to play, for which the first screen keeps room. */
export const useFirstRecording = create<{ coming: boolean }>()(() => ({ coming: false }));

/** Plays a recording once the studio has opened, if this is a first visit and nothing else was begun meanwhile. */
export async function playFirstRecording(): Promise<void> {
  if (prefersStillness() || !(await firstVisit())) return;
  useFirstRecording.setState({ coming: true });
  try {
    await playWhenOpened();
  } finally {
    useFirstRecording.setState({ coming: false });
  }
}

async function playWhenOpened(): Promise<void> {
  await studioOpened();
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
  if (!untouched()) return;
  const loaded = await firstRecording();
  if (loaded && untouched()) loaded.useReplay.getState().show(loaded.recording, { shipped: FIRST, play: true });
}

/** Undefined if it cannot be loaded: nobody asked for it, and the list of recordings says why when one does. */
async function firstRecording() {
  try {
    const [{ useReplay }, { fetchShipped }] = await Promise.all([
      import('./replay-store.ts'),
      import('./shipped-fetch.ts'),
    ]);
    return { useReplay, recording: await fetchShipped(FIRST) };
  } catch {
    return undefined;
  }
}

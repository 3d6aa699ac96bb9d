import { useEffect, useState } from 'react';
import { useRun } from '../../store/run-store.ts';
import { SHIPPED_RECORDINGS } from '../../store/shipped-recordings.ts';
import { detectBrowser } from '../../views/browser.ts';

export interface Check {
  title: string;
  state: 'checking' | 'good' | 'bad';
  text: string;
}

/** How many of the recordings that ship can be read here; undefined until all were tried. */
function useReadableRecordings(): number | undefined {
  const [readable, setReadable] = useState<number>();
  useEffect(() => {
    let left = false;
    const read = async () => {
      const { fetchShipped } = await import('../../store/shipped-fetch.ts');
      const tries = await Promise.allSettled(SHIPPED_RECORDINGS.map(({ id }) => fetchShipped(id)));
      if (!left) setReadable(tries.filter(({ status }) => status === 'fulfilled').length);
    };
    void read().catch(() => setReadable(0));
    return () => {
      left = true;
    };
  }, []);
  return readable;
}

/** Whether this browser has a copy of the page, which answers without a network. */
function useStored(): boolean | undefined {
  const [stored, setStored] = useState<boolean>();
  useEffect(() => {
    const workers = (navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker;
    if (!workers) return setStored(false);
    void workers.getRegistration().then(
      (registration) => setStored(registration?.active != null),
      () => setStored(false),
    );
  }, []);
  return stored;
}

/** What can be checked of the machine that presents. */
export function useWorkshopChecks(): Check[] {
  const adapter = useRun((run) => run.adapter);
  const unavailable = useRun((run) => run.unavailable);
  const readable = useReadableRecordings();
  const stored = useStored();
  const browser = detectBrowser(navigator.userAgent);
  const all = SHIPPED_RECORDINGS.length;
  return [
    {
      title: 'WebGPU',
      ...(adapter
        ? {
            state: adapter.software ? ('bad' as const) : ('good' as const),
            text: adapter.software
              ? `${browser.name} ${browser.version} computes on the CPU: much slower. Show recordings instead.`
              : `${browser.name} ${browser.version} has a GPU.`,
          }
        : unavailable
          ? { state: 'bad' as const, text: `${unavailable.message} Recordings play without it.` }
          : { state: 'checking' as const, text: '' }),
    },
    {
      title: 'Offline',
      ...(stored === undefined
        ? { state: 'checking' as const, text: '' }
        : stored
          ? { state: 'good' as const, text: 'The page is stored in this browser and opens without a network.' }
          : { state: 'bad' as const, text: 'The page is not stored yet: stay on Train for a moment, then reload.' }),
    },
    {
      title: 'Recordings',
      ...(readable === undefined
        ? { state: 'checking' as const, text: '' }
        : {
            state: readable === all ? ('good' as const) : ('bad' as const),
            text: `${readable} of ${all} can be played.`,
          }),
    },
  ];
}

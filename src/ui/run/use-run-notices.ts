import { notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import { useLeftOut } from '../../store/archive.ts';
import { useRun } from '../../store/run-store.ts';
import { wouldLose } from '../../store/leaving-store.ts';

/** Runs whose damaged records were announced. */
const announced = new Set<string>();

/**
 * Says when a trained policy was kept and when records of a stored run are damaged, and asks before the page is left
 * with a run or a policy that would be lost.
 */
export function useRunNotices(): void {
  const kept = useRun((run) => run.keptPolicy);
  useEffect(() => {
    if (!kept) return;
    notifications.show({
      title: 'Trained policy kept',
      message: `“${kept.name}” is now in the list of models: train it further, try it in the Playground, or export it.`,
      color: 'teal',
    });
  }, [kept]);
  const damaged = useLeftOut((state) => state.records);
  useEffect(() => {
    for (const [id, { name, damaged: count, read }] of Object.entries(damaged)) {
      if (count === 0 || announced.has(id)) continue;
      announced.add(id);
      notifications.show({
        title: 'Damaged records left out',
        message:
          `${count} of ${read} stored records of “${name}” cannot be read. Curves, comparisons and exports are made ` +
          'of the others.',
        color: 'yellow',
        autoClose: false,
      });
    }
  }, [damaged]);
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (wouldLose()) event.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, []);
}

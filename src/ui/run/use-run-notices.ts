import { notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import { useLeftOut, type LeftOutRecords } from '../../store/archive.ts';
import { useRun } from '../../store/run-store.ts';
import { wouldLose } from '../../store/leaving-store.ts';

/** What was announced, by kind and run. */
const announced = new Set<string>();

/** Says once per run how much of it cannot be read. */
function announce(left: Record<string, LeftOutRecords>, kind: { title: string; records: string; rest: string }): void {
  for (const [id, { name, damaged, read }] of Object.entries(left)) {
    const key = `${kind.title} ${id}`;
    if (damaged === 0 || announced.has(key)) continue;
    announced.add(key);
    notifications.show({
      title: kind.title,
      message: `${damaged} of ${read} ${kind.records} of “${name}” cannot be read. ${kind.rest}`,
      color: 'yellow',
      autoClose: false,
    });
  }
}

const RECORDS = {
  title: 'Damaged records left out',
  records: 'stored records',
  rest: 'Curves, comparisons and exports are made of the others.',
};
const ROLLOUTS = {
  title: 'Damaged rollouts left out',
  records: 'stored steps of rollouts',
  rest: 'Lists, searches and exports are made of the others.',
};

/**
 * Says when a trained policy was kept and when records or rollouts of a stored run are damaged, and asks before the
 * page is left with a run or a policy that would be lost.
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
  useEffect(() => announce(damaged, RECORDS), [damaged]);
  const rollouts = useLeftOut((state) => state.rollouts);
  useEffect(() => announce(rollouts, ROLLOUTS), [rollouts]);
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (wouldLose()) event.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, []);
}

import { notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import { useRun } from '../../store/run-store.ts';
import { wouldLose } from '../../store/leaving-store.ts';

/** Says when a trained policy was kept, and asks before the page is left with a run or a policy that would be lost. */
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
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (wouldLose()) event.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, []);
}

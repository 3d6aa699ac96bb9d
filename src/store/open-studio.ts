/** Connects the page to its worker and fills the stores: adapter, models, and the last comparison. */
import { connectionStore, studioApi } from './connection.ts';
import { restoreComparison } from './compare-store.ts';
import { watchRecipe } from './recipe-check.ts';
import { useRun } from './run-store.ts';
import { dispatcher, storeHandlers, workerLost } from './worker-events.ts';

/** A second call on the same connection does nothing (React's development mode mounts twice). */
export async function openStudio(): Promise<void> {
  const { connection } = connectionStore.getState();
  const first = await connection.listen(dispatcher(storeHandlers()), (message) =>
    workerLost({
      kind: 'internal',
      message: `The training worker failed${message ? `: ${message}` : ' to load.'}`,
      advice: 'Reload the page.',
    }),
  );
  if (!first) return;
  const adapter = await studioApi().open();
  if (!adapter.ok) {
    useRun.setState({ unavailable: adapter.error });
    return;
  }
  useRun.setState({ adapter: adapter.value });
  void restoreComparison();
  const models = await studioApi().listModels();
  useRun.setState(models.ok ? { models: models.value } : { error: models.error });
  watchRecipe();
}

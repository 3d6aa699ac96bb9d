/** Connects the page to its worker and fills the stores: adapter, models, and the last comparison. */
import { ADAPTER_WAITS } from '../views/adapter-waits.ts';
import type { ErrorView, Result } from '../views/result.ts';
import type { AdapterView } from '../views/run-view.ts';
import { addedModels, forgetModel, rememberModel } from './added-models.ts';
import { connectionStore, studioApi } from './connection.ts';
import { listDataSets } from './data-sets.ts';
import { restoreComparison } from './compare-store.ts';
import { FrameQueue } from './frames.ts';
import { findInterrupted } from './interrupted-run.ts';
import { useModels } from './models-store.ts';
import { watchRecipe } from './recipe-check.ts';
import { endRecovery, loseWorker } from './recovery.ts';
import { receiveFrame, useRun, withModel } from './run-store.ts';
import { SILENCE_MS } from './heartbeat.ts';
import { dispatcher, storeHandlers, workerLost } from './worker-events.ts';

const SILENT = {
  kind: 'internal',
  message: `The training worker stopped responding: no answer for ${SILENCE_MS / 1000} s.`,
  advice: 'Wait for it, or restart it: recipe, curves and records stay, and the run resumes from its last kept state.',
} as const;

const RESTART = 'Restart it to train again. Recipe, curves and recorded steps are kept.';

const frames = new FrameQueue(receiveFrame);

/** A second call on the same connection does nothing (React's development mode mounts twice). */
export async function openStudio(): Promise<void> {
  if (!(await connect())) return;
  await fillStores(await studioApi().open());
  watchRecipe();
  void listDataSets();
  void restoreComparison();
  void findInterrupted();
}

/** Replaces a worker that failed or does not answer; the page keeps its recipe, curves and added models. */
export async function restartStudio(): Promise<void> {
  endRecovery();
  workerLost(useRun.getState().workerProblem ?? SILENT);
  const problem = await replaceWorker();
  if (problem) useRun.setState({ workerProblem: problem });
  else void findInterrupted();
}

/** @returns why the new worker has no GPU; undefined also when it was replaced in turn */
async function replaceWorker(): Promise<ErrorView | undefined> {
  connectionStore.getState().connection.close();
  frames.clear();
  useRun.setState({ adapter: undefined, models: [], reading: false, workerProblem: undefined });
  if (!(await connect())) return undefined;
  const adapter = await adapterAfterLoss();
  // The worker was replaced in turn.
  if (!adapter.ok && adapter.error.kind === 'cancelled') return undefined;
  if (!adapter.ok)
    return {
      kind: 'device-lost',
      message: `No GPU is available after the loss: ${adapter.error.message}`,
      advice: 'Restart the worker in a moment, or the browser. The run resumes from its last kept state.',
    };
  await fillStores(adapter);
  await bringModelsBack();
  void useModels.getState().refresh();
  void listDataSets();
  return undefined;
}

async function adapterAfterLoss(): Promise<Result<AdapterView>> {
  let adapter = await studioApi().open();
  for (const wait of ADAPTER_WAITS) {
    if (adapter.ok || adapter.error.kind === 'cancelled') break;
    await new Promise((resolve) => setTimeout(resolve, wait));
    adapter = await studioApi().open();
  }
  return adapter;
}

function connect(): Promise<boolean> {
  const { connection } = connectionStore.getState();
  const onLost = (error: ErrorView) => void loseWorker(error, replaceWorker);
  const ended = (message: string) => onLost({ kind: 'internal', message, advice: RESTART });
  return connection.listen({
    onEvent: dispatcher(storeHandlers({ frames, onLost })),
    onError: (message) => ended(`The training worker failed${message ? `: ${message}` : ' to load.'}`),
    onEnd: () => ended('The training worker ended unexpectedly.'),
    onSilent: (silent) =>
      useRun.setState(({ workerProblem }) => ({
        workerProblem: silent ? SILENT : workerProblem === SILENT ? undefined : workerProblem,
      })),
  });
}

async function fillStores(adapter: Result<AdapterView>): Promise<void> {
  if (!adapter.ok) {
    if (adapter.error.kind !== 'cancelled') useRun.setState({ unavailable: adapter.error });
    return;
  }
  useRun.setState({ adapter: adapter.value });
  const models = await studioApi().listModels();
  if (models.ok) useRun.setState({ models: models.value });
  else if (models.error.kind !== 'cancelled') useRun.setState({ error: models.error });
}

/** Folders that were added and policies that were kept: their files are still on the page. */
async function bringModelsBack(): Promise<void> {
  for (const { model, files, base } of addedModels()) {
    // The policy of a kept state is listed by the worker.
    if (files.length === 0) continue;
    const again = await (model.trained ? studioApi().restorePolicy(files) : studioApi().addCheckpoint(files, base));
    forgetModel(model.id);
    if (!again.ok) {
      useRun.setState({ error: again.error });
      continue;
    }
    rememberModel({ model: again.value, files, ...(base !== undefined && { base }) });
    useRun.setState(({ models }) => ({ models: withModel(models, again.value) }));
  }
}

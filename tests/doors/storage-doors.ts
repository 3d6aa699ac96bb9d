/** What a browser has stored, of any version or edited: recipe, settings, rows of the archive, lists of downloads. */
import { vi } from 'vitest';
import { z } from 'zod';
import { EVERYTHING, COLUMNS, foundRuns, labelsOf, orderedRuns } from '../../src/archive/run-list.ts';
import { allSeriesOf } from '../../src/archive/run-curves.ts';
import { parseMetrics } from '../../src/archive/run-folder.ts';
import { intactRecords, type Batch } from '../../src/archive/stored-records.ts';
import { storedRun, storedSweep } from '../../src/archive/stored-rows.ts';
import { digested, EMPTY_DIGEST, isWhole, modelName } from '../../src/archive/archived-run.ts';
import { HubCache } from '../../src/checkpoint/hub-cache.ts';
import { armsOf, parseSweep } from '../../src/compare/sweep.ts';
import { slotsOf } from '../../src/compare/tuning.ts';
import { DEMO_CONFIG } from '../../src/run/presets.ts';
import { storedSteps } from '../../src/rollouts/checked-step.ts';
import { detailOf, rowsOf } from '../../src/rollouts/rows.ts';
import { findRollouts } from '../../src/rollouts/search.ts';
import { createRecipeStore } from '../../src/store/recipe-store.ts';
import { KEPT_RECIPE } from '../../src/store/kept-recipe.ts';
import { NO_ALTERNATIVES, remembered } from '../../src/store/alternatives.ts';
import { recipeOf } from '../../src/store/recipe.ts';
import { STARTING_STRATEGY } from '../../src/store/strategies-store.ts';
import { EVERY_ROLLOUT, ROLLOUT_ORDERS } from '../../src/views/rollouts.ts';
import type { Random } from '../../src/random.ts';
import { archivedRun } from '../support/archived.ts';
import { kept } from '../support/rollout-steps.ts';
import { memoryFolder } from '../support/memory-folder.ts';
import { damagedJson, encode } from './damage.ts';
import type { Door } from './door.ts';

const KEPT = {
  config: recipeOf(DEMO_CONFIG),
  unparsed: { 'rl.steps': { text: '4x', problem: 'expected a number' } },
  alternatives: remembered(NO_ALTERNATIVES, recipeOf(DEMO_CONFIG)),
};

/** A value as a database gives it back. */
function damagedRow(row: unknown, random: Random): unknown {
  try {
    return JSON.parse(damagedJson(row, random));
  } catch {
    return {};
  }
}

const SWEEP = parseSweep({ base: DEMO_CONFIG, strategies: ['ppo', 'gppo'], seeds: [1, 2] }, 'sweep');

/** Settings that zustand's `persist` keeps. */
const SETTINGS = [
  { key: 'gppo-studio-charts', state: { smoothing: 0.5, log: ['loss'] } },
  { key: 'gppo-studio-learn', state: { done: ['ratio'] } },
  { key: 'gppo-studio-rules', state: { rules: [STARTING_STRATEGY] } },
  { key: 'gppo-studio-strategy-parameters', state: { strategies: { 'compare gppo': { name: 'gppo', beta1: 0.5 } } } },
  { key: 'gppo-studio-rollouts', state: { bytes: 8e6 } },
] as const;

/** The stores as a page opens them that has this in its storage. */
async function openStores(stored: ReadonlyMap<string, string>): Promise<void> {
  const storage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: () => undefined,
    removeItem: () => undefined,
  };
  // zustand says on the console what it could not use.
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  vi.stubGlobal('localStorage', storage);
  vi.stubGlobal('window', { localStorage: storage, addEventListener: () => undefined });
  try {
    vi.resetModules();
    const [charts, learn, strategies, memory, rollouts] = await Promise.all([
      import('../../src/store/chart-settings.ts'),
      import('../../src/store/learn-store.ts'),
      import('../../src/store/strategies-store.ts'),
      import('../../src/store/strategy-memory.ts'),
      import('../../src/store/rollout-settings.ts'),
    ]);
    Valid.parse({
      ...charts.useChartSettings.getState(),
      ...learn.useLearn.getState(),
      saved: strategies.useStrategies.getState().strategies,
      parameters: memory.useStrategyMemory.getState().strategies,
      ...rollouts.useRolloutSettings.getState(),
    });
  } finally {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  }
}

/** What these stores may hold, whatever was stored. */
const Valid = z.object({
  smoothing: z.number().min(0).max(0.99),
  log: z.array(z.string()),
  done: z.array(z.string()),
  saved: z.array(z.object({ name: z.literal('custom'), title: z.string(), source: z.string() })),
  parameters: z.record(z.string(), z.object({ name: z.string() })),
  bytes: z.number(),
});

/** A file system that has one entry with this list of its files. */
async function folderWith(text: string): Promise<FileSystemDirectoryHandle> {
  const root = memoryFolder();
  const cache = new HubCache(() => Promise.resolve(root));
  const listing = {
    name: 'owner/name',
    revision: 'main',
    commit: 'a'.repeat(40),
    files: [{ path: 'a.json', size: 1 }],
  };
  await cache.begin(listing);
  const models = await root.getDirectoryHandle(await firstName(root));
  const model = await models.getDirectoryHandle(await firstName(models));
  const file = await model.getFileHandle(await firstName(model));
  const access = await (
    file as unknown as {
      createSyncAccessHandle: () => Promise<{ truncate: (n: number) => void; write: (b: Uint8Array) => void }>;
    }
  ).createSyncAccessHandle();
  access.truncate(0);
  access.write(encode(text));
  return root;
}

async function firstName(folder: FileSystemDirectoryHandle): Promise<string> {
  for await (const { name } of (folder as unknown as { values: () => AsyncGenerator<{ name: string }> }).values())
    return name;
  throw new Error('an empty folder');
}

const ABSURD_FIELDS: readonly ((before: unknown) => unknown)[] = [
  () => undefined,
  () => null,
  () => -1,
  () => 'x',
  () => [],
  () => ({}),
  () => new Uint8Array(3),
  () => new Float64Array(2).fill(NaN),
  // Of its own type: shorter, longer, or of values that point nowhere.
  (before) => (ArrayBuffer.isView(before) ? (before as Uint8Array).slice(1) : before),
  (before) => (ArrayBuffer.isView(before) ? (before as Uint8Array).fill(255) : [before]),
  (before) => (Array.isArray(before) ? [...(before as unknown[]), ...(before as unknown[])] : before),
];

/** A kept step with another value in one or two of its fields, or in those of its parts. */
function damagedStep(random: Random): unknown {
  const step = {
    ...kept(3, [
      {
        problem: { prompt: '1+2=', answer: '3' },
        responses: [
          { text: '3', reward: 1, advantage: 0.5, rewards: { exact: 1 } },
          { text: '41', reward: 0, advantage: -0.5, rewards: { exact: 0 }, zones: ['negative-low'] },
        ],
      },
    ]),
  } as Record<string, unknown>;
  for (let times = 1 + random.integer(2); times > 0; times--) {
    const parts = ['values', 'vocabulary', 'rewards'].map((name) => step[name]).filter(Boolean);
    const into = random.integer(3) > 0 ? step : ((parts[random.integer(parts.length)] ?? step) as typeof step);
    const keys = Object.keys(into);
    const key = keys[random.integer(keys.length)] ?? 'step';
    into[key] = ABSURD_FIELDS[random.integer(ABSURD_FIELDS.length)]?.(into[key]);
  }
  return step;
}

export const STORAGE_DOORS: Door[] = [
  {
    name: 'kept recipe',
    inputs: 250,
    enter: (random) => {
      const text = damagedJson(KEPT, random);
      let written = 0;
      const storage = {
        getItem: (key: string) => (key === KEPT_RECIPE ? text : null),
        setItem: () => void (written += 1),
      };
      const { config, problems, dropped } = createRecipeStore(storage).getState();
      JSON.stringify(config);
      if (dropped !== undefined && Object.keys(problems).length > 0) throw new Error('the demo has problems');
      if (written > 0) throw new Error('what is stored was overwritten by opening it');
    },
  },
  {
    name: 'kept settings',
    inputs: 40,
    enter: (random) =>
      openStores(new Map(SETTINGS.map(({ key, state }) => [key, damagedJson({ state, version: 0 }, random)]))),
  },
  {
    name: 'stored runs',
    inputs: 200,
    enter: (random) => {
      const rows = [
        archivedRun('intact', 3).run,
        ...Array.from({ length: 3 }, () => storedRun(damagedRow(archivedRun('b', 3).run, random)) ?? []).flat(),
      ];
      foundRuns(rows, { ...EVERYTHING, text: 'seed' });
      for (const column of COLUMNS) orderedRuns(rows, { column, descending: random.integer(2) === 0 });
      labelsOf(rows);
      for (const { config, digest } of rows) [isWhole(config, digest), modelName(config)].toString();
    },
  },
  {
    name: 'stored records',
    inputs: 200,
    enter: (random) => {
      const { run, records } = archivedRun('a', 6);
      // A database keeps objects only.
      const batch = Object.assign({}, damagedRow({ run: run.id, first: 0, records }, random)) as Batch;
      const intact = intactRecords([batch], random.integer(3));
      const file = intact.records.map((one) => `${JSON.stringify(one)}\n`).join('');
      // As curves, digest and export have them; the reader of files takes what is left.
      allSeriesOf(intact.records);
      digested(EMPTY_DIGEST, intact.records);
      if (parseMetrics(file, 'metrics.jsonl').length > intact.read) throw new Error('more records than were read');
    },
  },
  {
    name: 'stored sweeps',
    inputs: 100,
    enter: (random) => {
      const row = { id: 's', sweep: SWEEP, state: 'complete', started: 1, changed: 2 };
      const found = storedSweep<typeof row & { sweep: typeof SWEEP }>(damagedRow(row, random));
      if (found) [armsOf(found.sweep), slotsOf(found.sweep)].toString();
    },
  },
  {
    name: 'kept rollouts',
    inputs: 150,
    enter: (random) => {
      const { steps } = storedSteps([{ run: 'a', step: damagedStep(random) }, null, { step: 7 }]);
      const byStep = new Map(steps.map((step) => [step.step, step]));
      for (const order of ROLLOUT_ORDERS) {
        const { items } = findRollouts(steps, { ...EVERY_ROLLOUT, text: '4', order });
        rowsOf(byStep, items, '4');
        for (const item of items) if (item >= 0) detailOf(byStep, item, '');
      }
    },
  },
  {
    name: 'list of a stored download',
    inputs: 60,
    names: /./,
    enter: async (random) => {
      const listing = { name: 'owner/name', revision: 'main', commit: 'a'.repeat(40), files: [{ path: 'a', size: 1 }] };
      const root = await folderWith(damagedJson(listing, random));
      const cache = new HubCache(() => Promise.resolve(root));
      await cache.list();
      await cache.listDataFiles();
    },
  },
];

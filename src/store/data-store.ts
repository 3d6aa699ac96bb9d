/** The Data page: files of data, the chosen one with its mapping, and how a model reads it. */
import { create } from 'zustand';
import { DataColumns } from '../data/config.ts';
import type { DataSummaryView, HubDataListing, TokenLengths, TokenPreview } from '../views/data.ts';
import type { ErrorView, Result } from '../views/result.ts';
import type { PickedFile } from '../views/models.ts';
import { studioApi } from './connection.ts';
import { listDataSets, useDataSets, type DataSetsState } from './data-sets.ts';
import { dataRecipe, draftOf, isOf, NEW_MODEL, taskOf, type DataDraft } from './data-recipe.ts';
import { useRecipe } from './recipe-store.ts';

interface DataState extends DataSetsState {
  chosen: string | undefined;
  /** Each by the id of a data set. */
  drafts: Record<string, DataDraft>;
  summaries: Record<string, DataSummaryView>;
  /** Why the chosen file could not be read. */
  problem: ErrorView | undefined;
  reading: boolean;
  /** NEW_MODEL, or an id of the library: how the chosen file is read as tokens. */
  model: string;
  preview: Result<TokenPreview> | undefined;
  lengths: Result<TokenLengths> | undefined;
  measuring: boolean;
  /** Files that could not be added, with the reason. */
  refused: { name: string; error: ErrorView }[];
  hub: { repository: string; revision: string; listing?: HubDataListing; error?: ErrorView; asking?: boolean };
  refresh: () => Promise<void>;
  /** Adds files and chooses the first. */
  add: (files: readonly PickedFile[]) => Promise<void>;
  choose: (id: string) => Promise<void>;
  /** Chooses the data of the recipe's task, with its mapping. */
  chooseTask: () => Promise<void>;
  /** @param without a field to leave out */
  edit: (change: Partial<DataDraft>, without?: keyof DataDraft) => void;
  setModel: (model: string) => void;
  remove: (id: string) => Promise<void>;
  editHub: (fields: { repository?: string; revision?: string }) => void;
  listHub: () => Promise<void>;
  load: (repository: string, revision: string, path: string) => Promise<void>;
  cancel: () => void;
  /** Sets the recipe's task to the chosen data set. */
  train: () => boolean;
}

/** Milliseconds without an edit before the file is read again. */
const PAUSE = 250;
/** Positions of a new model until its size is known. */
const NEW_POSITIONS = 1024;

export const useData = create<DataState>()((set, get) => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Of the newest reading; answers to older ones are dropped. */
  let number = 0;

  const current = () => {
    const { chosen, sets, drafts } = get();
    return chosen === undefined ? undefined : { set: sets.find(({ id }) => id === chosen), draft: drafts[chosen] };
  };
  const read = async (whole: boolean): Promise<void> => {
    const { chosen } = get();
    if (chosen === undefined) return;
    const mine = ++number;
    const stale = () => mine !== number || get().chosen !== chosen;
    if (whole || !get().summaries[chosen]) {
      const draft = get().drafts[chosen];
      if (draft && !DataColumns.safeParse(draft.columns).success) return;
      set({ reading: true, problem: undefined });
      const answer = await studioApi().summarizeData({
        id: chosen,
        heldOut: draft?.heldOut ?? { share: 0.1 },
        ...(draft && { columns: draft.columns as DataColumns }),
        ...(draft?.rows !== undefined && { rows: draft.rows }),
      });
      if (stale()) return;
      set({ reading: false });
      if (!answer.ok) {
        set({ problem: answer.error });
        return;
      }
      const { value } = answer;
      set(({ summaries, drafts }) => ({
        summaries: { ...summaries, [chosen]: value },
        drafts: draft
          ? drafts
          : { ...drafts, [chosen]: { columns: value.guessed ?? {}, heldOut: { share: 0.1 }, skipBadRows: false } },
      }));
      void get().refresh();
    }
    await readTokens(stale);
  };
  const readTokens = async (stale: () => boolean): Promise<void> => {
    const { set: one, draft } = current() ?? {};
    if (!one || !draft || !DataColumns.safeParse(draft.columns).success) {
      set({ preview: undefined, lengths: undefined });
      return;
    }
    const request = { id: one.id, task: taskOf(one, undefined, draft), model: get().model, positions: newPositions() };
    set({ measuring: true });
    const preview = await studioApi().previewTokens(request);
    if (stale()) return;
    set({ preview });
    if (!preview.ok) {
      set({ lengths: undefined, measuring: false });
      return;
    }
    const lengths = await studioApi().measureTokens(request);
    if (!stale()) set({ lengths, measuring: false });
  };
  const schedule = (whole: boolean) => {
    number += 1;
    clearTimeout(timer);
    timer = setTimeout(() => void read(whole), PAUSE);
  };
  const show = (id: string) => {
    number += 1;
    clearTimeout(timer);
    set({
      chosen: id,
      refused: [],
      preview: undefined,
      lengths: undefined,
      problem: undefined,
      reading: false,
      measuring: false,
    });
    return read(false);
  };

  return {
    ...useDataSets.getState(),
    chosen: undefined,
    drafts: {},
    summaries: {},
    problem: undefined,
    reading: false,
    model: NEW_MODEL,
    preview: undefined,
    lengths: undefined,
    measuring: false,
    refused: [],
    hub: { repository: '', revision: '' },
    refresh: listDataSets,
    add: async (files) => {
      set({ refused: [] });
      const answers = await studioApi().addData([...files]);
      const refused = answers.flatMap((answer, i) =>
        answer.ok || answer.error.kind === 'cancelled' ? [] : [{ name: files[i]?.path ?? '', error: answer.error }],
      );
      await get().refresh();
      const first = answers.find(({ ok }) => ok);
      const shown = first?.ok ? show(first.value.id) : undefined;
      set({ refused });
      await shown;
    },
    choose: show,
    chooseTask: async () => {
      const { task, model } = useRecipe.getState().config;
      if (task.name !== 'dataset') return;
      if (!get().listed) await get().refresh();
      const found = get().sets.find((one) => isOf(task, one));
      if (!found) {
        const name = task.data?.path ?? 'The file of the recipe';
        const error = {
          kind: 'input',
          message: `${name}, which the recipe trains on, is not in this browser.`,
          advice: 'Add or download it, or choose another file.',
        } as const;
        set({ chosen: undefined, refused: [{ name, error }] });
        return;
      }
      set(({ drafts, summaries: { [found.id]: _old, ...summaries } }) => ({
        drafts: { ...drafts, [found.id]: draftOf(task) },
        summaries,
        model: 'checkpoint' in model ? model.checkpoint : NEW_MODEL,
      }));
      await show(found.id);
    },
    edit: (change, without) => {
      const { chosen } = get();
      if (chosen === undefined) return;
      set(({ drafts }) => {
        const before = drafts[chosen];
        if (!before) return {};
        const next = Object.entries({ ...before, ...change }).filter(([field]) => field !== without);
        return { drafts: { ...drafts, [chosen]: Object.fromEntries(next) as unknown as DataDraft } };
      });
      schedule('columns' in change || 'heldOut' in change || 'rows' in change || without === 'rows');
    },
    setModel: (model) => {
      set({ model, preview: undefined, lengths: undefined });
      schedule(false);
    },
    remove: async (id) => {
      const answer = await studioApi().removeData(id);
      if (!answer.ok) set({ problem: answer.error });
      else if (get().chosen === id) set({ chosen: undefined, preview: undefined, lengths: undefined });
      await get().refresh();
    },
    editHub: (fields) => set(({ hub: { repository, revision } }) => ({ hub: { repository, revision, ...fields } })),
    listHub: async () => {
      const { repository, revision } = get().hub;
      set({ hub: { repository, revision, asking: true } });
      const answer = await studioApi().listHubData(repository, revision);
      set({ hub: { repository, revision, ...(answer.ok ? { listing: answer.value } : { error: answer.error }) } });
    },
    load: async (repository, revision, path) => {
      const answer = await studioApi().downloadData(repository, revision, path);
      await get().refresh();
      if (answer.ok) await show(answer.value.id);
    },
    cancel: () => void studioApi().cancelData(),
    train: () => {
      const { set: one, draft } = current() ?? {};
      const { summaries, lengths, model } = get();
      const summary = one && summaries[one.id];
      if (!one || !draft || !summary || !DataColumns.safeParse(draft.columns).success) return false;
      const { config, alternatives, trainOn } = useRecipe.getState();
      const architecture =
        alternatives.architecture && 'architecture' in alternatives.architecture
          ? alternatives.architecture.architecture
          : undefined;
      const facts = {
        task: taskOf(one, summary.sha256, draft),
        model,
        summary,
        lengths: lengths?.ok ? lengths.value : undefined,
      };
      trainOn(dataRecipe(config, architecture, facts));
      return true;
    },
  };
});

/** A new model gets as many positions as its data needs; the recipe's own count while it has one. */
function newPositions(): number {
  const { model } = useRecipe.getState().config;
  return 'architecture' in model ? Math.max(model.architecture.max_positions, NEW_POSITIONS) : NEW_POSITIONS;
}

useDataSets.subscribe((listed) => useData.setState(listed));

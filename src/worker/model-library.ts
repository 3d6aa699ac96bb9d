/**
 * The checkpoints that the page can train: embedded ones, folders added by the user, adapters on one of these, and hub
 * models stored in the browser.
 */
import {
  loadCheckpoint,
  modelCheckpoint,
  openCheckpoint,
  type ModelCheckpoint,
  type OpenCheckpoint,
} from '../checkpoint/checkpoint.ts';
import { blobSource, checkpointFolder, memorySource, type CheckpointSource } from '../checkpoint/checkpoint-source.ts';
import { checkpointFiles } from '../checkpoint/export-checkpoint.ts';
import { shortened } from '../checkpoint/json-fields.ts';
import { engineAdapter, type EngineAdapter } from '../checkpoint/model-adapter.ts';
import { ADAPTER_CONFIG, readAdapter } from '../checkpoint/peft-adapter.ts';
import { zipSource } from '../checkpoint/zip.ts';
import { inputError, StudioError } from '../errors.ts';
import { mergedSource } from '../model/weights/merged-source.ts';
import { checkpointView } from './checkpoint-view.ts';
import type { CheckpointView, PickedFile, SavedFile } from '../views/models.ts';
import { STATE_MODEL } from '../views/states.ts';

/** `public/models/index.json`: names of the embedded checkpoints and their files, the default first. */
interface EmbeddedEntry {
  name: string;
  files: string[];
}

const NO_STATES = {
  list: () => Promise.resolve([]),
  source: (id: string) => Promise.reject(inputError('model.checkpoint', `no states are kept here, found ${id}`)),
};

export class ModelLibrary {
  private readonly opened = new Map<string, OpenCheckpoint>();
  /** Base with adapter, for entries that have one. */
  private readonly adapters = new Map<string, EngineAdapter>();
  private embedded: Promise<EmbeddedEntry[]> | undefined;

  constructor(
    /** URL of the page's folder `models/`. */
    private readonly base: string,
    /** Opens `hub:ID`, a model stored in the browser. */
    private readonly hub: (id: string) => Promise<CheckpointSource>,
    /** The policies of kept states. */
    private readonly states: {
      list: () => Promise<CheckpointView[]>;
      /** Opens `state:RUN/STATE`. */
      source: (id: string) => Promise<CheckpointSource>;
    } = NO_STATES,
  ) {}

  /** Embedded models, all opened ones, and the policies of kept states. */
  async list(): Promise<CheckpointView[]> {
    for (const { name } of await this.entries()) await this.open(`embedded:${name}`);
    const opened = [...this.opened].filter(([id]) => !id.startsWith(STATE_MODEL));
    return [...opened.map(([id, open]) => checkpointView(id, open)), ...(await this.states.list())];
  }

  /**
   * A checkpoint to create a model from. @throws StudioError `input` when it does not exist, is broken, or the engine
   * cannot run it
   */
  async get(id: string): Promise<ModelCheckpoint> {
    const checkpoint = modelCheckpoint(await this.open(id));
    const adapter = this.adapters.get(id);
    return adapter
      ? { ...checkpoint, weights: mergedSource(checkpoint.weights, checkpoint.config, adapter.lora, adapter.tensors) }
      : checkpoint;
  }

  /** @throws StudioError `input` also when the architecture is supported but its tensors do not fit */
  async view(id: string): Promise<CheckpointView> {
    return checkpointView(id, await this.open(id));
  }

  /** A model as the files of a checkpoint, in f32. */
  async files(id: string): Promise<PickedFile[]> {
    const files = checkpointFiles(await loadCheckpoint(await this.open(id)));
    return files.map(({ path, data }) => ({ path, file: new File([data], path) }));
  }

  /**
   * Opens and checks a folder, or a zip archive of one; a duplicate name gets a number.
   *
   * @param base the checkpoint that an adapter's folder belongs to
   */
  async add(files: PickedFile[], base?: string): Promise<CheckpointView> {
    const [first] = files;
    const archive = files.length === 1 && first && /\.zip$/i.test(first.path) ? first : undefined;
    const given = archive
      ? await zipSource(archive.file, archive.path)
      : blobSource('checkpoint', new Map(files.map(({ path, file }) => [path, file])));
    const holds = async (source: CheckpointSource, file: string) =>
      (await source.list()).some(({ path }) => path === file);
    const nameOf = (source: CheckpointSource) =>
      archive && source === given ? archive.path.replace(/\.zip$/i, '') : source.name;
    const checkpoint = await checkpointFolder(given);
    if (await holds(checkpoint, 'config.json'))
      return this.keep(
        nameOf(checkpoint),
        await openCheckpoint({ ...checkpoint, name: nameOf(checkpoint) }, nameOf(checkpoint)),
      );
    const adapter = await checkpointFolder(given, ADAPTER_CONFIG);
    if (await holds(adapter, ADAPTER_CONFIG))
      return this.addAdapter(adapter, adapter === given && !archive ? 'adapter' : nameOf(adapter), base);
    throw inputError(
      'checkpoint',
      `expected a folder with config.json and model.safetensors, or a zip archive of one; found ${describe(files)}`,
    );
  }

  private async addAdapter(source: CheckpointSource, name: string, base: string | undefined): Promise<CheckpointView> {
    const adapter = await readAdapter(source, name);
    if (base === undefined)
      throw new StudioError(
        'input',
        `${name} is an adapter (${ADAPTER_CONFIG}), but no base checkpoint is selected.`,
        `Select its base${adapter.base === '' ? '' : ` (${shortened(adapter.base)})`}, then add the adapter again.`,
      );
    const open = await this.open(base);
    const fitted = engineAdapter(open.config, adapter, name);
    const earlier = this.adapters.get(base);
    if (earlier)
      throw new StudioError(
        'input',
        `${open.name} already has an adapter merged into it; ${name} needs its base without one.`,
        'Select the base, then add the adapter again.',
      );
    const merged: OpenCheckpoint = {
      ...open,
      name,
      description: `${open.name} with the adapter ${name}: rank ${adapter.rank}, ${adapter.modules.length} modules.`,
    };
    return this.keep(name, merged, fitted);
  }

  private keep(name: string, open: OpenCheckpoint, adapter?: EngineAdapter): CheckpointView {
    let id = `local:${name}`;
    for (let number = 2; this.opened.has(id); number++) id = `local:${name} ${number}`;
    const view = checkpointView(id, open);
    this.opened.set(id, open);
    if (adapter) this.adapters.set(id, adapter);
    return view;
  }

  forget(id: string): void {
    this.opened.delete(id);
    this.adapters.delete(id);
  }

  private async open(id: string): Promise<OpenCheckpoint> {
    const known = this.opened.get(id);
    if (known) return known;
    const source = id.startsWith('hub:')
      ? await this.hub(id.slice('hub:'.length))
      : id.startsWith(STATE_MODEL)
        ? await this.states.source(id)
        : await this.embeddedSource(id);
    const open = await openCheckpoint(source, source.name);
    this.opened.set(id, open);
    return open;
  }

  /** Embedded models are small, so each is fetched whole. */
  private async embeddedSource(id: string): Promise<CheckpointSource> {
    const entry = await this.embeddedEntry(id);
    if (!entry)
      throw inputError(
        'model.checkpoint',
        `expected a checkpoint that is open on this page, found ${id}; open its folder first`,
      );
    return memorySource(entry.name, Object.fromEntries(await this.fetchEntry(entry)));
  }

  private fetchEntry({ name, files }: EmbeddedEntry): Promise<[string, Uint8Array<ArrayBuffer>][]> {
    return Promise.all(
      files.map(async (path): Promise<[string, Uint8Array<ArrayBuffer>]> => [
        path,
        await this.fetch(`${name}/${path}`),
      ]),
    );
  }

  private async embeddedEntry(id: string): Promise<EmbeddedEntry | undefined> {
    // The list is fetched for ids that it can have.
    return id.startsWith('embedded:')
      ? (await this.entries()).find(({ name }) => `embedded:${name}` === id)
      : undefined;
  }

  /** All files of an embedded checkpoint as they ship; none for another id. */
  async embeddedFiles(id: string): Promise<SavedFile[]> {
    const entry = await this.embeddedEntry(id);
    return entry ? (await this.fetchEntry(entry)).map(([path, data]) => ({ path, data })) : [];
  }

  private entries(): Promise<EmbeddedEntry[]> {
    this.embedded ??= this.fetch('index.json').then(
      (bytes) => JSON.parse(new TextDecoder().decode(bytes)) as EmbeddedEntry[],
    );
    return this.embedded;
  }

  private async fetch(path: string): Promise<Uint8Array<ArrayBuffer>> {
    const response = await fetch(new URL(path, this.base)).catch(() => undefined);
    if (!response?.ok)
      throw new StudioError(
        'input',
        `The embedded model file ${path} failed to load.`,
        'Check the connection and reload the page. It works offline only after one visit online.',
      );
    return new Uint8Array(await response.arrayBuffer());
  }
}

function describe(files: PickedFile[]): string {
  if (files.length === 0) return 'no files';
  const names = files.slice(0, 5).map(({ path }) => path);
  return names.join(', ') + (files.length > names.length ? ` and ${files.length - names.length} more` : '');
}

/** The checkpoints a page can train: those that ship with the studio, and folders a person gave it. */
import { readCheckpoint, type Checkpoint } from '../checkpoint/checkpoint.ts';
import { blobSource, memorySource } from '../checkpoint/checkpoint-source.ts';
import { inputError, StudioError } from '../errors.ts';
import { parameterCount } from '../model/config.ts';
import { TaskConfig } from '../run/config.ts';
import type { CheckpointView, PickedFile } from './protocol.ts';

/** `public/models/index.json`: names of the embedded checkpoints and their files, the default first. */
interface EmbeddedEntry {
  name: string;
  files: string[];
}

export class ModelLibrary {
  private readonly checkpoints = new Map<string, Checkpoint>();
  private embedded: Promise<EmbeddedEntry[]> | undefined;

  /** @param base address of the folder `models/` of the page */
  constructor(private readonly base: string) {}

  async list(): Promise<CheckpointView[]> {
    for (const { name } of await this.entries()) await this.get(`embedded:${name}`);
    return [...this.checkpoints].map(([id, checkpoint]) => view(id, checkpoint));
  }

  /** @throws StudioError `input` when there is no such checkpoint */
  async get(id: string): Promise<Checkpoint> {
    const known = this.checkpoints.get(id);
    if (known) return known;
    const entry = (await this.entries()).find(({ name }) => `embedded:${name}` === id);
    if (!entry) throw inputError('model.checkpoint', `there is no checkpoint ${id}; give its folder to the page first`);
    const files = await Promise.all(entry.files.map(async (path): Promise<[string, Uint8Array]> => [path, await this.fetch(`${entry.name}/${path}`)]));
    const checkpoint = await readCheckpoint(memorySource(entry.name, Object.fromEntries(files)), entry.name);
    this.checkpoints.set(id, checkpoint);
    return checkpoint;
  }

  /** Reads and checks a folder; a name that is taken gets a number. */
  async add(files: PickedFile[]): Promise<CheckpointView> {
    const config = files.filter(({ path }) => path.split('/').at(-1) === 'config.json').sort((a, b) => a.path.length - b.path.length)[0];
    if (!config) throw inputError('checkpoint', `expected a folder with config.json and model.safetensors, found ${describe(files)}`);
    const folder = config.path.slice(0, -'config.json'.length);
    const inside = new Map(files.filter(({ path }) => path.startsWith(folder)).map(({ path, file }) => [path.slice(folder.length), file]));
    const name = folder.split('/').filter(Boolean).at(-1) ?? 'checkpoint';
    const checkpoint = await readCheckpoint(blobSource(name, inside), name);
    let id = `local:${name}`;
    for (let number = 2; this.checkpoints.has(id); number++) id = `local:${name} ${number}`;
    this.checkpoints.set(id, checkpoint);
    return view(id, checkpoint);
  }

  private entries(): Promise<EmbeddedEntry[]> {
    this.embedded ??= this.fetch('index.json').then((bytes) => JSON.parse(new TextDecoder().decode(bytes)) as EmbeddedEntry[]);
    return this.embedded;
  }

  private async fetch(path: string): Promise<Uint8Array<ArrayBuffer>> {
    const response = await fetch(new URL(path, this.base)).catch(() => undefined);
    if (!response?.ok) throw new StudioError('input', `The embedded model file ${path} could not be loaded.`, 'Reload the page; offline, open it once with a connection first.');
    return new Uint8Array(await response.arrayBuffer());
  }
}

function describe(files: PickedFile[]): string {
  if (files.length === 0) return 'no files';
  const names = files.slice(0, 5).map(({ path }) => path);
  return names.join(', ') + (files.length > names.length ? ` and ${files.length - names.length} more` : '');
}

function view(id: string, checkpoint: Checkpoint): CheckpointView {
  const { config } = checkpoint;
  const task = TaskConfig.safeParse(checkpoint.task);
  return {
    id,
    name: id.slice(id.indexOf(':') + 1),
    parameters: parameterCount(config),
    layers: config.layers,
    hiddenSize: config.hiddenSize,
    heads: config.heads,
    keyValueHeads: config.keyValueHeads,
    vocabularySize: config.vocabularySize,
    maxPositions: config.maxPositions,
    hasTokenizer: checkpoint.tokenizerJson !== undefined,
    description: checkpoint.description,
    ...(task.success && { task: task.data }),
  };
}

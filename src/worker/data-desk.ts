/** Everything about data in the worker: its files, work on them, downloads, and the tasks of runs on them. */
import { answer } from './error-view.ts';
import type {
  DataSetView,
  DataSummaryView,
  SummaryRequest,
  TokenLengths,
  TokenPreview,
  TokenRequest,
} from '../views/data.ts';
import { HubCache } from '../checkpoint/hub-cache.ts';
import { DataJobs } from './data-jobs.ts';
import { DataLibrary } from './data-library.ts';
import type { DataReader } from './data-reader.ts';
import { DataStore } from './data-store.ts';
import { DataTasks } from './data-tasks.ts';
import { HubData } from './hub-data.ts';
import type { ModelLibrary } from './model-library.ts';
import type { PickedFile } from '../views/models.ts';
import type { Result } from '../views/result.ts';
import type { WorkerEvent } from './events.ts';

export interface DataDeskParts {
  files: () => Promise<FileSystemDirectoryHandle>;
  models: Pick<ModelLibrary, 'get'>;
  /** URL of the folder of included files. */
  includedAddress: string;
  hubAddress: string;
  send: (event: WorkerEvent) => void;
  /** Called when another file may be behind a name. */
  changed: () => void;
}

export class DataDesk {
  readonly hub: HubData;
  private readonly library: DataLibrary;
  private opened: Promise<DataReader> | undefined;
  private readonly jobs: DataJobs;
  private readonly tasks: DataTasks;

  constructor(private readonly parts: DataDeskParts) {
    const { files, includedAddress, hubAddress, send, changed } = parts;
    const store = new DataStore(files);
    const cache = new HubCache(files);
    this.library = new DataLibrary(store, cache, includedAddress, () => {
      this.tasks.forget();
      changed();
    });
    this.tasks = new DataTasks(this.library);
    this.jobs = new DataJobs((progress) => send({ type: 'data-progress', progress }));
    this.hub = new HubData(hubAddress, cache, this.library, (download) => send({ type: 'data-download', download }));
  }

  /** Tasks of runs. */
  get createTask(): DataTasks['create'] {
    return this.tasks.create;
  }

  list(): Promise<DataSetView[]> {
    return this.library.list();
  }

  /** One after the other. */
  async add(files: readonly PickedFile[]): Promise<Result<DataSetView>[]> {
    const added: Result<DataSetView>[] = [];
    for (const { file } of files)
      added.push(
        await answer(async () =>
          this.library.view(
            await this.jobs.run(`adding ${file.name}`, { work: 'adding', name: file.name }, (options) =>
              this.library.add(file, options),
            ),
          ),
        ),
      );
    return added;
  }

  remove(id: string): Promise<void> {
    return this.library.remove(id);
  }

  async download(repository: string, revision: string, path: string): Promise<DataSetView> {
    return this.library.view(await this.hub.download(repository, revision, path));
  }

  async summarize(request: SummaryRequest): Promise<DataSummaryView> {
    const { name } = await this.library.view(request.id);
    return this.jobs.run('summary', { work: 'reading', name }, async (options) =>
      (await this.reader()).summarize(request, options),
    );
  }

  async preview(request: TokenRequest): Promise<TokenPreview> {
    const { name } = await this.library.view(request.id);
    return this.jobs.run('preview', { work: 'reading', name }, async (options) =>
      (await this.reader()).preview(request, options),
    );
  }

  async measure(request: TokenRequest): Promise<TokenLengths> {
    const { name } = await this.library.view(request.id);
    return this.jobs.run('lengths', { work: 'measuring', name }, async (options) =>
      (await this.reader()).measure(request, options),
    );
  }

  /** Loaded when data is first looked at. */
  private reader(): Promise<DataReader> {
    this.opened ??= import('./data-reader.ts').then((module) => new module.DataReader(this.library, this.parts.models));
    return this.opened;
  }

  cancel(): void {
    this.jobs.cancel();
    this.hub.cancel();
  }
}

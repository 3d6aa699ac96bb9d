/** A recipe as the folder that `export-recipe` writes: the same files, byte for byte. */
import type { Engine } from '../cluster/engines.ts';
import { exportableRl } from '../cluster/recipe.ts';
import { parseRunConfig, type RunConfig } from '../run/config.ts';
import { newModelFiles, recipeFiles } from '../session/recipe-files.ts';
import type { RunSources } from '../session/resolved-run.ts';
import type { SavedFile } from '../views/models.ts';
import type { ModelLibrary } from './model-library.ts';

const HUB = 'hub:';
const EMBEDDED = 'embedded:';

export class RecipeExport {
  constructor(
    private readonly library: Pick<ModelLibrary, 'get' | 'files' | 'embeddedFiles'>,
    private readonly sources: RunSources,
  ) {}

  /** @throws StudioError `input` for a recipe that has no counterpart, or that cannot be resolved */
  async files(given: RunConfig, engine: Engine): Promise<SavedFile[]> {
    const config = parseRunConfig(given, 'recipe');
    exportableRl(config);
    const name = 'checkpoint' in config.model ? config.model.checkpoint : undefined;
    const checkpoint = name === undefined ? undefined : await this.library.get(name);
    // verl and TRL load a model of the hub by that name.
    const named = name?.startsWith(HUB) ? name.slice(HUB.length).replace(/@[^@]*$/, '') : undefined;
    const { files, run } = await recipeFiles({ engine, config, checkpoint, sources: this.sources, named });
    const model = name === undefined ? newModelFiles(run) : named === undefined ? await this.modelFiles(name) : [];
    return [
      ...model.map(({ path, data }) => ({ path: `model/${path}`, data })),
      ...[...files].map(([path, text]) => ({ path, data: new TextEncoder().encode(text) })),
    ];
  }

  /** An embedded checkpoint unchanged; another one of this page in f32, because the cluster has no other way to it. */
  private async modelFiles(name: string): Promise<SavedFile[]> {
    if (name.startsWith(EMBEDDED)) return this.library.embeddedFiles(name);
    const files = await this.library.files(name);
    return Promise.all(files.map(async ({ path, file }) => ({ path, data: new Uint8Array(await file.arrayBuffer()) })));
  }
}

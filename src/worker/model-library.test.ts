import { describe, expect, it } from 'vitest';
import { tinyCheckpoint } from '../../tests/support/tiny-checkpoint.ts';
import { checkpointFiles } from '../checkpoint/export-checkpoint.ts';
import { adapterOf } from '../checkpoint/model-adapter.ts';
import { adapterFiles } from '../checkpoint/peft-adapter.ts';
import { zipParts } from '../checkpoint/zip.ts';
import { initializeAdapter, mergeAdapter } from '../model/weights/lora-tensors.ts';
import { stream } from '../random.ts';
import { ModelLibrary } from './model-library.ts';
import { weightsOf } from '../../tests/support/weights.ts';

const files = checkpointFiles(tinyCheckpoint());
const library = () => new ModelLibrary('http://localhost/models/', () => Promise.reject(new Error('no hub here')));
const inFolder = (prefix: string) => files.map(({ path, data }) => ({ path: prefix + path, data }));
const picked = (list: typeof files) => list.map(({ path, data }) => ({ path, file: new File([data], path) }));
const zipped = (list: typeof files) => [{ path: 'saved.zip', file: new File(zipParts(list), 'saved.zip') }];

describe('checkpoints added by the user', () => {
  it.each([
    ['a folder', picked(inFolder('mine/')), 'local:mine'],
    ['a folder in a folder', picked(inFolder('runs/mine/')), 'local:mine'],
    ['loose files', picked(files), 'local:checkpoint'],
    ['an archive of a folder', zipped(inFolder('mine/')), 'local:mine'],
    ['an archive of loose files', zipped(files), 'local:saved'],
  ])('%s', async (_, given, id) => {
    const models = library();
    expect(await models.add(given)).toMatchObject({
      id,
      architecture: 'llama',
      precision: 'F32',
      hasTokenizer: true,
      tokenizer: 'single characters',
      layers: 2,
    });
    expect(await weightsOf(await models.get(id))).toEqual(tinyCheckpoint().tensors);
    models.forget(id);
    await expect(models.get(id)).rejects.toThrow();
  });

  it('a duplicate name gets a number', async () => {
    const models = library();
    await models.add(picked(files));
    expect((await models.add(picked(files))).id).toBe('local:checkpoint 2');
  });

  it('applies an adapter to the chosen base and scores as their sum', async () => {
    const models = library();
    const base = await models.add(picked(files));
    const { config } = await models.get(base.id);
    const { tensors } = tinyCheckpoint();
    const lora = { rank: 2, alpha: 4, targets: ['q_proj', 'up_proj'] };
    const adapter = new Map(
      [...initializeAdapter(config, lora, stream(1, 'adapter'))].map(([name, values]) => [
        name,
        values.map((_, i) => 0.1 * i),
      ]),
    );
    const saved = adapterFiles(adapterOf(config, { lora, tensors: adapter }, { name: 'owner/base', revision: '' }));
    const view = await models.add(picked(saved.map(({ path, data }) => ({ path: `mine/${path}`, data }))), base.id);
    expect(view).toMatchObject({
      id: 'local:mine',
      parameters: base.parameters,
      loraTargets: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'],
      description: expect.stringContaining('with the adapter mine: rank 2, 4 modules') as string,
    });
    expect(await weightsOf(await models.get(view.id))).toEqual(
      mergeAdapter(config, lora, tensors as Map<string, Float32Array<ArrayBuffer>>, adapter),
    );
    expect(await weightsOf(await models.get(base.id))).toEqual(tensors);
    await expect(models.add(picked(saved))).rejects.toThrow(
      /adapter is an adapter \(adapter_config\.json\), but no base checkpoint is selected/,
    );
    await expect(models.add(picked(saved), view.id)).rejects.toThrow(/already has an adapter/);
    models.forget(view.id);
    await expect(models.get(view.id)).rejects.toThrow();
  });

  it('refuses other files and says what was found', async () => {
    await expect(library().add([{ path: 'photo.png', file: new File(['x'], 'photo.png') }])).rejects.toThrow(
      /or a zip archive of one; found photo\.png/,
    );
  });
});

import { describe, expect, it } from 'vitest';
import { tinyCheckpoint } from '../../tests/support/tiny-checkpoint.ts';
import { checkpointFiles } from '../checkpoint/export-checkpoint.ts';
import { zipParts } from '../checkpoint/zip.ts';
import { ModelLibrary } from './model-library.ts';
import { weightsOf } from '../../tests/support/weights.ts';

const files = checkpointFiles(tinyCheckpoint());
const library = () => new ModelLibrary('http://localhost/models/', () => Promise.reject(new Error('no hub here')));
const inFolder = (prefix: string) => files.map(({ path, data }) => ({ path: prefix + path, data }));
const picked = (list: typeof files) => list.map(({ path, data }) => ({ path, file: new File([data], path) }));
const zipped = (list: typeof files) => [{ path: 'saved.zip', file: new File(zipParts(list), 'saved.zip') }];

describe('what a person gives the library', () => {
  it.each([
    ['a folder', picked(inFolder('mine/')), 'local:mine'],
    ['a folder in a folder', picked(inFolder('runs/mine/')), 'local:mine'],
    ['loose files', picked(files), 'local:checkpoint'],
    ['an archive of a folder', zipped(inFolder('mine/')), 'local:mine'],
    ['an archive of loose files', zipped(files), 'local:saved'],
  ])('%s', async (_, given, id) => {
    const models = library();
    expect(await models.add(given)).toMatchObject({ id, architecture: 'llama', precision: 'F32', hasTokenizer: true, tokenizer: 'single characters', layers: 2 });
    expect(await weightsOf(await models.get(id))).toEqual(tinyCheckpoint().tensors);
    models.forget(id);
    await expect(models.get(id)).rejects.toThrow();
  });

  it('a name that is taken gets a number', async () => {
    const models = library();
    await models.add(picked(files));
    expect((await models.add(picked(files))).id).toBe('local:checkpoint 2');
  });

  it('something else is refused by what was found', async () => {
    await expect(library().add([{ path: 'photo.png', file: new File(['x'], 'photo.png') }])).rejects.toThrow(/or a zip archive of one, found photo\.png/);
  });
});

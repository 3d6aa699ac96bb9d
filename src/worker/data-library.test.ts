import { describe, expect, it } from 'vitest';
import { memoryFolder } from '../../tests/support/memory-folder.ts';
import { HubCache } from '../checkpoint/hub-cache.ts';
import { memoryFile } from '../data/data-file.ts';
import { sha256Of } from '../data/summary.ts';
import { DataJobs } from './data-jobs.ts';
import { DataLibrary } from './data-library.ts';
import { DataReader } from './data-reader.ts';
import { DataStore } from './data-store.ts';
import { DataTasks } from './data-tasks.ts';

const ROWS = (n: number) =>
  Array.from({ length: n }, (_, i) => JSON.stringify({ question: `${i}+1=`, answer: `${i + 1}` })).join('\n');
const file = (name: string, content: string) => new File([content], name);
const hashOf = (content: string) => sha256Of(memoryFile('x.jsonl', content));
const textOf = async (found: Promise<{ slice: (a: number, b: number) => Promise<Uint8Array>; size: number }>) =>
  new TextDecoder().decode(await (await found).slice(0, (await found).size));

function libraryIn(root: FileSystemDirectoryHandle | Error = memoryFolder()) {
  const files = () => (root instanceof Error ? Promise.reject(root) : Promise.resolve(root));
  let changes = 0;
  const library = new DataLibrary(new DataStore(files), new HubCache(files), 'http://localhost/data/', () => {
    changes += 1;
  });
  const added = async () => (await library.list()).filter(({ origin }) => origin === 'file');
  return { library, added, changes: () => changes };
}

describe('files of data', () => {
  it('survive a reload with checksum and rows, and can be removed', async () => {
    const root = memoryFolder();
    const { library, changes } = libraryIn(root);
    const id = await library.add(file('sums.jsonl', ROWS(3)));
    await library.note(id, 3);
    const reloaded = libraryIn(root);
    expect(await reloaded.added()).toEqual([
      {
        id,
        name: 'sums.jsonl',
        origin: 'file',
        reference: { path: 'sums.jsonl', sha256: await hashOf(ROWS(3)) },
        bytes: ROWS(3).length,
        rows: 3,
      },
    ]);
    expect(await textOf(reloaded.library.open(id))).toBe(ROWS(3));
    await reloaded.library.remove(id);
    expect(await reloaded.added()).toEqual([]);
    await expect(reloaded.library.open(id)).rejects.toThrow('no longer in this browser');
    expect(changes()).toBe(1);
  });

  it('of the same name and content are kept once, of the same name and another content twice', async () => {
    const { library, added } = libraryIn();
    const first = await library.add(file('a.jsonl', ROWS(2)));
    expect(await library.add(file('a.jsonl', ROWS(2)))).toBe(first);
    expect(await library.add(file('a.jsonl', ROWS(4)))).not.toBe(first);
    expect((await added()).map(({ name }) => name)).toEqual(['a.jsonl', 'a.jsonl']);
  });

  it('are kept until the page is closed where the browser stores none, with the reason', async () => {
    const { library, added } = libraryIn(new Error('storage is off'));
    const id = await library.add(file('a.jsonl', ROWS(2)));
    const [view] = await added();
    expect(view?.unsaved).toMatch(/cannot store files.*storage is off/);
    expect(await textOf(library.open(id))).toBe(ROWS(2));
  });

  it('that are no data are refused by name, and leave nothing behind', async () => {
    const { library, added } = libraryIn();
    await expect(library.add(file('table.xlsx', 'PK\u0003\u0004 and more'))).rejects.toThrow(/table\.xlsx.*Excel/);
    expect(await added()).toEqual([]);
  });

  it('that are cancelled while they are copied leave nothing behind', async () => {
    const { library, added } = libraryIn();
    const abort = new AbortController();
    const adding = library.add(file('a.jsonl', ROWS(50)), { signal: abort.signal, onProgress: () => abort.abort() });
    await expect(adding).rejects.toMatchObject({ kind: 'cancelled' });
    expect(await added()).toEqual([]);
  });
});

describe('the data of a run', () => {
  it('is the file of the config’s checksum, of two with the same name; else one of its name', async () => {
    const { library } = libraryIn();
    await library.add(file('a.jsonl', ROWS(2)));
    await library.add(file('a.jsonl', ROWS(4)));
    for (const n of [2, 4])
      expect(await textOf(library.data({ path: 'a.jsonl', sha256: await hashOf(ROWS(n)) }))).toBe(ROWS(n));
    // A config of the command line may name it in a folder.
    expect((await library.data({ path: 'data/a.jsonl' })).name).toBe('a.jsonl');
  });

  it('with another content is refused with both checksums, a missing one by name, at task.data', async () => {
    const { library } = libraryIn();
    await library.add(file('a.jsonl', ROWS(2)));
    const wanted = await hashOf(ROWS(9));
    await expect(library.data({ path: 'a.jsonl', sha256: wanted })).rejects.toMatchObject({
      message: expect.stringMatching(new RegExp(`a.jsonl.*${wanted}.*${await hashOf(ROWS(2))}`)) as string,
      field: 'task.data',
    });
    await expect(library.data({ path: 'b.jsonl' })).rejects.toMatchObject({
      message: 'task.data: the file b.jsonl is not in this browser.',
      advice: 'Add it on the Data page.',
      field: 'task.data',
    });
    await expect(library.data({ path: 'train.jsonl', repository: 'a/b' })).rejects.toMatchObject({
      message: 'task.data: the file train.jsonl of the data set a/b is not in this browser.',
      advice: 'Download it on the Data page.',
    });
  });

  it('is read again only when another file or other columns are wanted', async () => {
    const { library } = libraryIn();
    await library.add(file('a.jsonl', ROWS(20)));
    let reads = 0;
    const tasks = new DataTasks({
      data: (reference) => {
        reads += 1;
        return library.data(reference);
      },
    });
    const config = {
      name: 'dataset' as const,
      data: { path: 'a.jsonl', skip_bad_rows: false },
      columns: { prompt: 'question', answer: 'answer' },
    };
    const first = await tasks.create(config);
    const second = await tasks.create({ ...config, template: '{prompt}? {answer}!' });
    expect(reads).toBe(1);
    expect(second.problems).toBe(first.problems);
    // A new model can write the template; what was cached for another one does not matter.
    expect(first.characters).not.toContain('?');
    expect(second.characters).toContain('?');
    expect(second.config).toEqual({
      ...config,
      template: '{prompt}? {answer}!',
      data: { ...config.data, sha256: await hashOf(ROWS(20)), rows: 20 },
    });
    await tasks.create({ ...config, columns: { prompt: 'question' } });
    tasks.forget();
    await tasks.create(config);
    expect(reads).toBe(3);
    await expect(tasks.create({ ...config, data: { path: 'gone.jsonl', skip_bad_rows: false } })).rejects.toThrow();
    // An error is not kept: the file may be added.
    await library.add(file('gone.jsonl', ROWS(8)));
    await tasks.create({ ...config, data: { path: 'gone.jsonl', skip_bad_rows: false } });
  });
});

describe('reading a data set', () => {
  const NO_MODELS = { get: () => Promise.reject(new Error('no models')) };
  const columns = { prompt: 'question', answer: 'answer' };
  const task = { name: 'dataset' as const, columns };

  it('counts rows by side of the split, and cuts long cells', async () => {
    const { library } = libraryIn();
    const long = JSON.stringify({ question: 'x'.repeat(9000), answer: '#### 7' });
    const id = await library.add(file('a.jsonl', `${ROWS(40)}\n${long}\n{"question": "3+1=", "answer": "4"}\nno row`));
    const summary = await new DataReader(library, NO_MODELS).summarize(
      { id, heldOut: { column: 'answer', value: '4' } },
      {},
    );
    expect(summary).toMatchObject({ rows: 42, duplicates: 1, split: { training: 40, heldOut: 2, overlap: 0 } });
    expect(summary.bad).toMatchObject({ count: 1, list: [{ place: 'line 43' }] });
    expect(summary).toMatchObject({ guessed: columns, numeric: true, marked: false });
    expect((await library.view(id)).rows).toBe(42);
    const other = await library.add(file('b.jsonl', long));
    const cell = (await new DataReader(library, NO_MODELS).summarize({ id: other }, {})).preview[0]?.cells['question'];
    expect(cell).toMatchObject({ length: 9000 });
    expect(cell?.text).toHaveLength(5000);
  });

  it('counts the rows of a held-out file and those that overlap with it', async () => {
    const { library } = libraryIn();
    const id = await library.add(file('a.jsonl', ROWS(10)));
    await library.add(file('test.jsonl', ROWS(3)));
    const summary = await new DataReader(library, NO_MODELS).summarize({ id, heldOut: { path: 'test.jsonl' } }, {});
    expect(summary.split).toEqual({ training: 7, heldOut: 3, overlap: 3 });
  });

  it('shows prompt, target and end in the tokens of a new model, and how many rows fit', async () => {
    const { library } = libraryIn();
    const id = await library.add(file('a.jsonl', ROWS(12)));
    const reader = new DataReader(library, NO_MODELS);
    const request = { id, task, model: 'new', positions: 7 };
    const { rows, ...facts } = await reader.preview(request, {});
    const [first] = rows;
    expect(first?.tokens.map(({ text }) => text).join('')).toContain('0+1=\n1');
    expect(first?.tokens.filter(({ kind }) => kind === 'prompt')).toHaveLength(first?.prompt ?? -1);
    expect(first?.tokens.filter(({ kind }) => kind === 'target')).toHaveLength(2);
    expect(first?.tokens.at(-1)).toMatchObject({ special: 'end', kind: 'target' });
    expect(facts).toMatchObject({ chat: false, chatTemplate: false, positions: 7 });
    const lengths = await reader.measure(request, {});
    const total = (row: number) => (rows[0]?.prompt ?? 0) + (row > 9 ? 1 : 0) + 1 + (row + 1 > 9 ? 2 : 1);
    const fit = Array.from({ length: 12 }, (_, row) => total(row)).filter((tokens) => tokens <= 8).length;
    expect(lengths).toMatchObject({ rows: 12, complete: true, fit, positions: 7, unsolved: 0 });
    expect(lengths.total.max).toBe(total(11));
  });

  it('gives the lengths so far when it is cancelled, and nothing when newer work replaces it', async () => {
    const { library } = libraryIn();
    const id = await library.add(file('a.jsonl', ROWS(150_000)));
    const reader = new DataReader(library, NO_MODELS);
    const request = { id, task, model: 'new', positions: 64 };
    await reader.preview(request, {});
    const jobs = new DataJobs(() => undefined);
    let begun: () => void = () => undefined;
    const job = () => {
      const started = new Promise<void>((resolve) => (begun = resolve));
      const result = jobs.run('lengths', { work: 'measuring', name: 'a.jsonl' }, ({ signal }) =>
        reader.measure(request, {
          ...(signal && { signal }),
          onProgress: (done) => {
            if (done > 1 << 20) begun();
          },
        }),
      );
      return { started, result };
    };
    const cancelled = job();
    await cancelled.started;
    jobs.cancel();
    const { rows, complete } = await cancelled.result;
    expect(complete).toBe(false);
    expect(rows).toBeGreaterThan(0);
    expect(rows).toBeLessThan(150_000);
    const replaced = job();
    const refused = expect(replaced.result).rejects.toMatchObject({ kind: 'cancelled' });
    await replaced.started;
    const newer = job();
    await refused;
    expect(await newer.result).toMatchObject({ rows: 150_000, complete: true });
  });
});

/** Data files of a test by their paths, as JSONL. */
import { blobFile } from '../../src/data/data-file.ts';
import { runSources, type RunSources } from '../../src/session/resolved-run.ts';

export const jsonlSources = (files: Readonly<Record<string, readonly object[]>>): RunSources =>
  runSources({
    data: async (reference) => {
      const rows = files[reference.path];
      if (!rows) throw new Error(`the test has no file ${reference.path}`);
      return Promise.resolve(blobFile(new Blob([rows.map((row) => JSON.stringify(row)).join('\n')]), reference.path));
    },
  });

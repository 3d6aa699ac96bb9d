/** Writes the documents that are generated from declarations in the source: `npm run docs`. */
import { writeFileSync } from 'node:fs';
import { DOCUMENTS } from './docs/documents.ts';

for (const [path, text] of Object.entries(DOCUMENTS)) {
  writeFileSync(path, text());
  console.log(path);
}

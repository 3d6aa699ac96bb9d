/** `npm run docs`: writes the pages of docs/ that are generated from the code (tests/docs.test.ts compares). */
import { writeFileSync } from 'node:fs';
import { GENERATED_DOCS } from './docs/generated.ts';

for (const [path, generate] of Object.entries(GENERATED_DOCS)) {
  writeFileSync(new URL(`../${path}`, import.meta.url), generate());
  console.log(path);
}

/**
 * The tables of docs/performance.md: the text between `<!-- bench:NAME -->` and `<!-- /bench:NAME -->` is a part's
 * table from the newest run. The text around them is written by hand.
 */
import { readFile } from 'node:fs/promises';
import { writeWhole } from '../../src/cli/files.ts';
import type { Results } from '../results.ts';
import type { PartName } from '../rows.ts';
import { sectionText } from './report.ts';

/** Parts without a place in the document are omitted. */
export async function updateDocument(path: string, measured: Results): Promise<void> {
  let document = await readFile(path, 'utf8');
  for (const name of Object.keys(measured.parts) as PartName[]) {
    const [begin, end] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
    const from = document.indexOf(begin);
    const to = document.indexOf(end);
    const text = sectionText(measured, name);
    if (from < 0 || to < from || text === undefined) continue;
    document =
      `${document.slice(0, from + begin.length)}\n\n` +
      `${measured.adapter}, ${measured.runtime}, ${measured.date}.` +
      `${text.startsWith('|') ? '\n\n' : ' '}${text}\n\n${document.slice(to)}`;
  }
  await writeWhole(path, document);
}

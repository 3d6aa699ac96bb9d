/** Data files: JSONL, JSON, CSV, TSV, Parquet; summarized as on the Data page, then loaded as by a run. */
import { readFileSync, readdirSync } from 'node:fs';
import { memoryFile } from '../../src/data/data-file.ts';
import { loadDataset } from '../../src/data/load-dataset.ts';
import { summarize } from '../../src/data/summary.ts';
import type { Random } from '../../src/random.ts';
import { choose, damagedBytes, damagedJson, damagedText, encode } from './damage.ts';
import type { Door } from './door.ts';

const FIXTURES = new URL('../fixtures/data/', import.meta.url);
const PARQUET = readdirSync(FIXTURES)
  .filter((name) => name.endsWith('.parquet'))
  .map((name) => new Uint8Array(readFileSync(new URL(name, FIXTURES))))
  // Bits are flipped all over a file: in a long one hardly any would meet what is read.
  .filter(({ length }) => length < 100_000);

const ROWS = [
  { question: 'What is 1+2?', answer: '3', level: 1, tags: ['a', 'b'] },
  { question: 'What is 2+2?', answer: '4', level: 2, tags: [] },
  { question: 'Ünïcode, "quoted"\nand lines', answer: '12345678901234567890', level: 0.5, tags: null },
  {
    messages: [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Hello' },
    ],
    question: 'q',
    answer: 'a',
  },
];

const cell = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return /[",\n\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
const table = (delimiter: string): string =>
  [
    ['question', 'answer', 'level'].join(delimiter),
    ...ROWS.map(({ question, answer, level }) => [question, answer, level].map(cell).join(delimiter)),
  ].join('\n');

/** What the Data page does with a file, then what a run does. */
async function enter(name: string, content: string | Uint8Array): Promise<void> {
  const file = memoryFile(name, content);
  const summary = await summarize(file);
  JSON.stringify(summary.preview);
  if (!summary.mapping) return;
  await loadDataset(file, { columns: summary.mapping, heldOut: { share: 0.5 }, skipBadRows: true });
}

/** Text as bytes, some of which are not UTF-8. */
const bytesOf = (text: string, random: Random): Uint8Array =>
  random.integer(4) === 0 ? damagedBytes(encode(text), random) : encode(text);

export const DATA_DOORS: Door[] = [
  {
    name: 'JSONL',
    inputs: 250,
    names: /data\.jsonl/,
    enter: (random) => {
      const lines = ROWS.map((row) => JSON.stringify(row));
      lines[random.integer(lines.length)] = damagedJson(choose(random, ROWS), random);
      return enter('data.jsonl', bytesOf(lines.join('\n'), random));
    },
  },
  {
    name: 'JSON',
    inputs: 250,
    names: /data\.json/,
    refused: 0.1,
    enter: (random) =>
      enter('data.json', bytesOf(damagedJson(random.integer(2) ? ROWS : { data: ROWS }, random), random)),
  },
  {
    name: 'CSV',
    inputs: 200,
    names: /data\.csv/,
    enter: (random) => enter('data.csv', bytesOf(damagedText(table(','), random), random)),
  },
  {
    name: 'TSV',
    inputs: 100,
    names: /data\.tsv/,
    enter: (random) => enter('data.tsv', bytesOf(damagedText(table('\t'), random), random)),
  },
  {
    name: 'Parquet',
    inputs: 400,
    names: /data\.parquet/,
    refused: 0.2,
    enter: (random) => {
      const file = choose(random, PARQUET);
      // The footer, which says where everything is, is at the end.
      const start = random.integer(2) === 0 ? Math.max(0, file.length - 1500) : 0;
      const damaged = damagedBytes(file.subarray(start), random);
      const whole = new Uint8Array(start + damaged.length);
      whole.set(file.subarray(0, start));
      whole.set(damaged, start);
      return enter('data.parquet', whole);
    },
  },
];

/** Writes public/data/word-problems.jsonl, the data set that ships: `npm run word-problems`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { SHIPPED_ROWS, wordProblems } from './word-problems.ts';

mkdirSync('public/data', { recursive: true });
const lines = wordProblems(SHIPPED_ROWS).map((problem) => `${JSON.stringify(problem)}\n`);
writeFileSync('public/data/word-problems.jsonl', lines.join(''));

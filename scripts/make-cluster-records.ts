/**
 * `npm run cluster-records`: writes what check.py of an exported recipe compares with, src/cluster/python/recorded.json
 * and recorded_rewards.json.
 */
import { writeFileSync } from 'node:fs';
import { makeRecords } from './cluster/records.ts';
import { gradedTable } from './cluster/reward-table.ts';

const FOLDER = new URL('../src/cluster/python/', import.meta.url);

/** One case per line, so that a change shows where it is. */
const lines = (values: readonly unknown[]): string => values.map((value) => JSON.stringify(value)).join(',\n');

const { source, batches, cases } = makeRecords();
writeFileSync(
  new URL('recorded.json', FOLDER),
  `{"source":${JSON.stringify(source)},"batches":[\n${lines(batches)}\n],"cases":[\n${lines(cases)}\n]}\n`,
);
const rewards = await gradedTable();
writeFileSync(new URL('recorded_rewards.json', FOLDER), `[\n${lines(rewards)}\n]\n`);
console.log(`${cases.length} cases of losses, ${rewards.length} graded responses`);

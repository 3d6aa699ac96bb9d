/** Table of the page's load. */
import { median } from '../median.ts';
import { CPU_SLOWDOWN, FAST_4G, type PageLoad } from '../page-load/page-load.ts';
import type { Section } from './section.ts';
import { number, table } from './table.ts';

const ROWS: [title: string, value: (load: PageLoad) => number][] = [
  ['first contentful paint, s', (load) => load.firstContentfulPaint / 1000],
  ['Train enabled, s', (load) => load.trainEnabled / 1000],
  ['script of the page, kB', (load) => load.pageScript / 1000],
  ['script of the worker, kB', (load) => load.workerScript / 1000],
  ['transferred until Train is enabled, kB', (load) => load.total / 1000],
];

export const pageLoadSection: Section<'page-load'> = {
  title: 'Load of the page',
  text: ({ machine, loads }) =>
    `${machine}. ${loads.length} loads on fresh profiles; ${number((FAST_4G.downloadThroughput * 8) / 1e6)} Mbit/s ` +
    `down, ${number((FAST_4G.uploadThroughput * 8) / 1e6)} Mbit/s up, ${FAST_4G.latency} ms, main thread ` +
    `${CPU_SLOWDOWN} times slower; bytes as sent, text by gzip.\n\n${table(
      ['', 'median', 'least', 'most'],
      ROWS.map(([title, value]) => {
        const values = loads.map(value);
        return [title, ...[median(values), Math.min(...values), Math.max(...values)].map(number)];
      }),
    )}`,
};

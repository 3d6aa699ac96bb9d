/**
 * `npm run bench`: the engine's speed beside other libraries and the adapter's own limits, part by part.
 *
 *     npm run bench -- [--only training,limits,...] [--sizes 0.1M,...] [--peers jax,...] [--node] [--document]
 *
 * Prints a table and stores it, with all measurements, in bench/results/; --document also updates the tables of
 * docs/performance.md. Parts of the same day and adapter are collected in one file. Only ratios within one run are
 * meaningful, because machines differ and drift.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureGeneration } from './generation.ts';
import { readOptions } from './options.ts';
import { type BenchOptions } from './rows.ts';
import { PEER_NAMES, PEERS } from './peers/names.ts';
import { updateDocument } from './report/document.ts';
import { report } from './report/report.ts';
import { commitName, readResults, resultsPath, writeResults, type Results } from './results.ts';
import { type PartName } from './rows.ts';
import { type PartResults } from './rows.ts';
import type { Runner } from './runner.ts';
import { SIZES } from './sizes.ts';
import { measureTraining } from './training.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

export async function bench(args: string[]): Promise<void> {
  const options = readOptions(args);
  const runner = options.node
    ? await (await import('./node.ts')).nodeRunner()
    : await (await import('./browser.ts')).browserRunner(ROOT);
  try {
    const date = new Date().toISOString().slice(0, 10);
    const { adapter, runtime } = runner;
    const path = resultsPath(join(ROOT, 'bench'), { date, adapter, runtime });
    const results: Results = { date, adapter, runtime, parts: (await readResults(path))?.parts ?? {} };
    const measured: Results = { ...results, parts: {} };
    for (const name of options.parts) {
      const result = await measure(runner, name, options);
      const part = {
        at: new Date().toISOString(),
        commit: commitName(ROOT),
        result: (options.sizes ?? options.peers) ? withOthers(results.parts[name]?.result, result) : result,
      };
      Object.assign(results.parts, { [name]: part });
      Object.assign(measured.parts, { [name]: part });
      await writeResults(path, results, report(results));
    }
    if (options.document) await updateDocument(join(ROOT, 'docs', 'performance.md'), measured);
    console.log(report(measured));
    console.log(`written to ${path}.json and .md`);
  } finally {
    await runner.close();
  }
}

function measure(runner: Runner, name: PartName, options: BenchOptions): Promise<PartResults[PartName]> {
  console.error(`${name} ...`);
  if (name === 'training') return measureTraining(runner, options);
  if (name === 'generation') return measureGeneration(runner, options);
  if (name === 'frames') {
    if (!runner.frames) throw new Error('frame times need a browser');
    return runner.frames();
  }
  if (name === 'first-step') {
    if (!runner.firstStep) throw new Error('the first step needs a browser');
    return runner.firstStep();
  }
  if (name === 'page-load') {
    if (!runner.pageLoads) throw new Error('loading the page needs a browser');
    return runner.pageLoads();
  }
  return runner.engine(name);
}

/** Rows of a part that compares libraries by size; earlier rows are kept where nothing was measured now. */
function withOthers<Result extends PartResults[PartName]>(before: Result | undefined, now: Result): Result {
  if (!Array.isArray(before) || !Array.isArray(now)) return now;
  const keyOf = (row: object) => ('size' in row && 'peer' in row ? `${String(row.size)} ${String(row.peer)}` : '');
  const measured = new Set((now as object[]).map(keyOf));
  const rows = [...(before as object[]).filter((row) => !measured.has(keyOf(row))), ...(now as object[])];
  const order = SIZES.flatMap(({ name }) => PEER_NAMES.map((peer) => `${name} ${PEERS[peer].title}`));
  return rows.sort((a, b) => order.indexOf(keyOf(a)) - order.indexOf(keyOf(b))) as Result;
}

/**
 * `npm run bench`: how fast the engine is beside other libraries and beside the adapter's own limit, part by part.
 *
 *     npm run bench -- [--only training,limits,...] [--node]
 *
 * Prints a table and keeps it, with everything measured, in bench/results/. Parts of the same day on the same adapter gather in one
 * file. Ratios within one run are what counts: machines differ and drift.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureGeneration } from './generation.ts';
import { readOptions } from './options.ts';
import { report } from './report/report.ts';
import { commitName, readResults, resultsPath, writeResults, type PartName, type PartResults, type Results } from './results.ts';
import type { Runner } from './runner.ts';
import { measureTraining } from './training.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

export async function bench(args: string[]): Promise<void> {
  const options = readOptions(args);
  const runner = options.node ? await (await import('./node.ts')).nodeRunner() : await (await import('./browser.ts')).browserRunner(ROOT);
  try {
    const date = new Date().toISOString().slice(0, 10);
    const { adapter, runtime } = runner;
    const path = resultsPath(join(ROOT, 'bench'), { date, adapter, runtime });
    const results: Results = { date, adapter, runtime, parts: (await readResults(path))?.parts ?? {} };
    const measured: Results = { ...results, parts: {} };
    for (const name of options.parts) {
      const part = { at: new Date().toISOString(), commit: commitName(ROOT), result: await measure(runner, name) };
      Object.assign(results.parts, { [name]: part });
      Object.assign(measured.parts, { [name]: part });
      await writeResults(path, results, report(results));
    }
    console.log(report(measured));
    console.log(`written to ${path}.json and .md`);
  } finally {
    await runner.close();
  }
}

function measure(runner: Runner, name: PartName): Promise<PartResults[PartName]> {
  console.error(`${name} ...`);
  if (name === 'training') return measureTraining(runner);
  if (name === 'generation') return measureGeneration(runner);
  if (name === 'frames') {
    if (!runner.frames) throw new Error('frame times need a browser');
    return runner.frames();
  }
  return runner.engine(name);
}

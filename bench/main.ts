/**
 * `npm run bench`: our engine beside TensorFlow.js's WebGPU backend in one Chromium on one adapter, and the studio's frame times.
 *
 * Prints a table and writes everything to bench/results/. Ratios within one run are what counts: machines differ and drift.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { chromium, type Browser } from '@playwright/test';
import { preview } from 'vite';
import { findOrInstallChromium, hasHardwareVulkan } from '../scripts/gpu-runtime.mjs';
import { checkPositionals, readArguments } from '../src/cli/arguments.ts';
import { writeWhole } from '../src/cli/files.ts';
import { measureFrameTimes } from './frame-times.ts';
import type { BenchPage, Measurement, PeerName } from './page.ts';
import { SIZES, trainingMultiplyAdds, type Size } from './sizes.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = join(ROOT, 'bench');
const WARMUPS = 2;
const COUNTED = 6;
const PEERS: PeerName[] = ['studio', 'tensorflow'];
const TITLES: Record<PeerName, string> = { studio: 'GPPO Studio', tensorflow: 'TensorFlow.js WebGPU' };
const GENERATION = { sequences: 16, tokens: 4 };
const WIDE_GENERATION = { sequences: 512, tokens: 16 };

declare global {
  interface Window {
    bench: BenchPage;
  }
}

export async function bench(args: string[]): Promise<void> {
  checkPositionals(readArguments('bench', args, []), 'bench', 0);
  build(['--config', join(FOLDER, 'vite.config.ts')]);
  build([]);
  const browser = await chromium.launch({
    executablePath: await findOrInstallChromium(),
    args: ['--headless=new', '--no-sandbox', '--enable-unsafe-webgpu', ...(hasHardwareVulkan() ? ['--enable-features=Vulkan', '--use-angle=vulkan'] : []), '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  try {
    const kernels = await compareKernels(browser);
    const frames = await frameTimes(browser);
    const results = { date: new Date().toISOString().slice(0, 10), browser: browser.version(), ...kernels, frames };
    const name = `${results.date}-${/swiftshader/i.test(results.adapter) ? 'swiftshader' : results.adapter.replace(/[^\w]+/g, '-').slice(0, 40)}.json`;
    await writeWhole(join(FOLDER, 'results', name), `${JSON.stringify(results, null, 2)}\n`);
    print(results);
    console.log(`\nwritten to bench/results/${name}`);
  } finally {
    await browser.close();
  }
}

function build(args: string[]): void {
  execFileSync(process.execPath, [join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn', ...args], { cwd: ROOT, stdio: ['ignore', 2, 2] });
}

async function serve(root: string, outDir: string, configFile: string | false): Promise<{ address: string; close: () => Promise<void> }> {
  const server = await preview({ root, configFile, build: { outDir }, preview: { port: 0, host: 'localhost' }, logLevel: 'error' });
  const address = server.resolvedUrls?.local[0];
  if (!address) throw new Error('the preview server has no address');
  return { address, close: () => server.close() };
}

interface TrainingRow {
  size: string;
  peer: string;
  medianMs: number;
  tokensPerSecond: number;
  dispatches: number;
  /** Share of the adapter's measured multiply-add rate that the step's matrix products reach (ours only: peers have other models). */
  shareOfRate?: number;
  /** How many times as long as ours. */
  ratio: number;
  steps: number[];
  error?: string;
}

interface GenerationRow {
  size: string;
  peer: string;
  sequences: number;
  tokensPerSecond: number;
  error?: string;
}

async function compareKernels(browser: Browser): Promise<{ adapter: string; multiplyAdds: number; training: TrainingRow[]; generation: GenerationRow[] }> {
  const server = await serve(FOLDER, 'dist', false);
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(0);
    await page.goto(server.address);
    const { description, multiplyAdds } = await page.evaluate(() => window.bench.adapter());
    const training: TrainingRow[] = [];
    const generation: GenerationRow[] = [];
    for (const size of SIZES) {
      console.error(`training ${size.name} ...`);
      const measured = await page.evaluate(([one, names, warmups, counted]) => window.bench.training(one, names, warmups, counted), [size, PEERS, WARMUPS, COUNTED] as [Size, PeerName[], number, number]);
      training.push(...trainingRows(size, measured, multiplyAdds));
      console.error(`generation ${size.name} ...`);
      for (const peer of PEERS) generation.push(await generationRow(page, size, peer, GENERATION));
      generation.push(await generationRow(page, size, 'studio', WIDE_GENERATION));
    }
    return { adapter: description, multiplyAdds, training, generation };
  } finally {
    await server.close();
  }
}

function trainingRows(size: Size, measured: Record<string, Measurement>, multiplyAdds: number): TrainingRow[] {
  const ours = median(measured['studio']?.steps ?? []);
  return PEERS.map((peer) => {
    const { steps, dispatches, error } = measured[peer] ?? { steps: [], dispatches: 0, error: 'not measured' };
    const medianMs = median(steps);
    return {
      size: size.name,
      peer: TITLES[peer],
      medianMs,
      tokensPerSecond: (size.batch * size.length * 1000) / medianMs,
      dispatches,
      ...(peer === 'studio' && { shareOfRate: trainingMultiplyAdds(size) / (medianMs / 1000) / multiplyAdds }),
      ratio: medianMs / ours,
      steps,
      ...(error !== undefined && { error }),
    };
  });
}

async function generationRow(page: Awaited<ReturnType<Browser['newPage']>>, size: Size, peer: PeerName, { sequences, tokens }: { sequences: number; tokens: number }): Promise<GenerationRow> {
  const result = await page.evaluate(([one, name, count, length]) => window.bench.generation(one, name, count, length), [size, peer, sequences, tokens] as [Size, PeerName, number, number]);
  return { size: size.name, peer: TITLES[peer], sequences, ...result };
}

async function frameTimes(browser: Browser) {
  console.error('frame times ...');
  const server = await serve(ROOT, 'dist', join(ROOT, 'vite.config.ts'));
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    // tsx names functions through a helper that a page does not have.
    await page.addInitScript('globalThis.__name = (value) => value');
    await page.goto(server.address);
    return await measureFrameTimes(page);
  } finally {
    await server.close();
  }
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length === 0 ? NaN : sorted.length % 2 === 1 ? (sorted[Math.floor(middle)] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

type Results = Awaited<ReturnType<typeof compareKernels>> & { date: string; browser: string; frames: Awaited<ReturnType<typeof measureFrameTimes>> };

function print({ adapter, multiplyAdds, browser, training, generation, frames }: Results): void {
  console.log(`adapter: ${adapter}, Chromium ${browser}; ${(multiplyAdds / 1e9).toFixed(2)} G multiply-adds a second at best\n`);
  console.log(`training step (forward, backward, Adam, loss read back), median of ${COUNTED} after ${WARMUPS}, interleaved`);
  table(
    ['model', 'library', 'ms', 'tokens/s', 'dispatches', 'share of rate', 'times ours'],
    training.map((row) => (row.error ? [row.size, row.peer, `failed: ${row.error}`] : [row.size, row.peer, row.medianMs.toFixed(0), row.tokensPerSecond.toFixed(0), String(row.dispatches), row.shareOfRate === undefined ? '' : `${(100 * row.shareOfRate).toFixed(0)} %`, row.ratio.toFixed(1)])),
  );
  console.log('\ngreedy generation, second call');
  table(
    ['model', 'library', 'sequences at once', 'tokens/s'],
    generation.map((row) => (row.error ? [row.size, row.peer, String(row.sequences), `failed: ${row.error}`] : [row.size, row.peer, String(row.sequences), row.tokensPerSecond.toFixed(1)])),
  );
  console.log('\ntime between frames of the page, ms');
  table(
    ['run', 'median', '95th percentile'],
    Object.entries(frames).map(([name, { median: middle, p95 }]) => [name, middle.toFixed(1), p95.toFixed(1)]),
  );
}

function table(head: string[], rows: string[][]): void {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of [head, ...rows]) console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`);
}

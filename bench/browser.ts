/** Runs the benchmark in Chromium: builds and serves its page and the studio, and drives both. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from '@playwright/test';
import { preview } from 'vite';
import { findOrInstallChromium, hasHardwareVulkan } from '../scripts/gpu-runtime.mjs';
import type { EnginePartName, EngineResults } from './engine/parts.ts';
import { measureFirstResults, type FirstResults } from './first-step.ts';
import { measureFrameTimes } from './frame-times.ts';
import { hostCompressed } from './page-load/host.ts';
import { measurePageLoad, type PageLoad, type PageLoads } from './page-load/page-load.ts';
import type { BenchPage } from './page.ts';
import type { GenerationCase } from './rows.ts';
import type { PeerName } from './peers/names.ts';
import { adapterName, type Runner } from './runner.ts';
import type { Size } from './sizes.ts';
import type { TrainingRepeats } from './rows.ts';

const FIRST_STEP_REPEATS = 3;
const PAGE_LOAD_REPEATS = 5;

declare global {
  interface Window {
    bench: BenchPage;
  }
}

export async function browserRunner(root: string): Promise<Runner> {
  const folder = join(root, 'bench');
  installPeers(root);
  build(root, ['--config', join(folder, 'vite.config.ts')]);
  const browser = await launch();
  const server = await serve(folder, false);
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  page.on('console', (message) => {
    if (message.type() === 'info') console.error(message.text());
  });
  // Refuses every request to another origin, so that no library can download code or weights while it is measured.
  await page.context().route(
    (url) => url.origin !== new URL(server.address).origin,
    (route) => {
      console.error(`refused: a library asked for ${route.request().url()}`);
      return route.abort();
    },
  );
  await page.goto(server.address);
  const facts = await page.evaluate(() => window.bench.adapter());
  return {
    adapter: adapterName(facts),
    software: facts.software,
    runtime: `Chromium ${browser.version()}`,
    engine: async <Name extends EnginePartName>(name: Name) =>
      (await page.evaluate((part) => window.bench.engine(part), name)) as EngineResults[Name],
    training: (size, names, repeats) =>
      page.evaluate(([one, all, how]) => window.bench.training(one, all, how), [size, names, repeats] as [
        Size,
        PeerName[],
        TrainingRepeats,
      ]),
    generation: (size, name, cases) =>
      page.evaluate(([one, who, all]) => window.bench.generation(one, who, all), [size, name, cases] as [
        Size,
        PeerName,
        GenerationCase[],
      ]),
    frames: () => onStudio(root, (address) => inStudio(browser, address, measureFrameTimes)),
    firstStep: () => onStudio(root, firstResults),
    pageLoads: () => pageLoads(root),
    close: async () => {
      await server.close();
      await browser.close();
    },
  };
}

async function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: await findOrInstallChromium(),
    args: [
      '--headless=new',
      '--no-sandbox',
      '--enable-unsafe-webgpu',
      ...(hasHardwareVulkan() ? ['--enable-features=Vulkan', '--use-angle=vulkan'] : []),
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** The other libraries are a separate package, installed on first use. */
function installPeers(root: string): void {
  if (existsSync(join(root, 'bench', 'node_modules'))) return;
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], {
    cwd: join(root, 'bench'),
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
}

function build(root: string, args: string[]): void {
  execFileSync(
    process.execPath,
    [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn', ...args],
    { cwd: root, stdio: ['ignore', 2, 2] },
  );
}

async function serve(
  root: string,
  configFile: string | false,
): Promise<{ address: string; close: () => Promise<void> }> {
  const server = await preview({
    root,
    configFile,
    build: { outDir: 'dist' },
    preview: { port: 0, host: 'localhost' },
    logLevel: 'error',
  });
  const address = server.resolvedUrls?.local[0];
  if (!address) throw new Error('the preview server has no address');
  return { address, close: () => server.close() };
}

/** Builds and serves the studio for a measurement. */
async function onStudio<Result>(root: string, measure: (address: string) => Promise<Result>): Promise<Result> {
  build(root, []);
  const server = await serve(root, join(root, 'vite.config.ts'));
  try {
    return await measure(server.address);
  } finally {
    await server.close();
  }
}

async function onNewPage<Result>(browser: Browser, measure: (page: Page) => Promise<Result>): Promise<Result> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  try {
    // tsx names functions through a helper function that the page does not have.
    await page.addInitScript('globalThis.__name = (value) => value');
    return await measure(page);
  } finally {
    await page.close();
  }
}

const inStudio = <Result>(
  browser: Browser,
  address: string,
  measure: (page: Page) => Promise<Result>,
): Promise<Result> =>
  onNewPage(browser, async (page) => {
    await page.goto(address);
    return measure(page);
  });

/** Each in a browser of its own, because the processes of a browser keep compiled code beyond a profile. */
async function pageLoads(root: string): Promise<PageLoads> {
  build(root, []);
  const host = await hostCompressed(join(root, 'dist'));
  const loads: PageLoad[] = [];
  try {
    for (let repeat = 0; repeat < PAGE_LOAD_REPEATS; repeat++) {
      const browser = await launch();
      try {
        loads.push(await onNewPage(browser, (page) => measurePageLoad(page, host.address)));
      } finally {
        await browser.close();
      }
    }
  } finally {
    await host.close();
  }
  return { machine: `${cpus().length} cores, ${cpus()[0]?.model.trim() ?? 'unknown processor'}`, loads };
}

/** Each in a browser of its own, because the process that compiles kernels keeps them beyond a profile. */
async function firstResults(address: string): Promise<FirstResults[]> {
  const repeats: FirstResults[] = [];
  for (let repeat = 0; repeat < FIRST_STEP_REPEATS; repeat++) {
    const browser = await launch();
    try {
      repeats.push(await inStudio(browser, address, measureFirstResults));
    } finally {
      await browser.close();
    }
  }
  return repeats;
}

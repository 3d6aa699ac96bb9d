/**
 * The built page in Firefox, whose shaders naga compiles: what a person does on a first visit, in order, on one page.
 * Afterwards the same profile without WebGPU.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { adapterFacts } from '../../src/gpu/adapter-facts.ts';
import { choiceKey } from '../../src/gpu/tuner.ts';
import type { StepRecord } from '../../src/run/step-record.ts';
import { KEPT_RECIPE } from '../../src/store/kept-recipe.ts';
import { CHOICES } from '../../src/views/kernel-choices.ts';
import { choicePath } from '../../src/worker/kernel-choices.ts';
import { adapterSource } from '../support/adapter-source.ts';
import { serveBuiltPage, type BuiltPage } from '../support/built-page.ts';
import { SETTLED_CHOICES } from '../support/settled-choices.ts';
import { NOT_FINITE, strategyOf } from '../support/strategy-cases.ts';
import { byId, COMPILED, FirefoxPage, named, SOON } from './firefox-page.ts';

const STEPS = 3;
const folder = mkdtempSync(join(tmpdir(), 'gppo-firefox-test-'));
const profile = join(folder, 'profile');

/** The tolerance between adapters (docs/browsers.md), relative to the larger of the value and 1. */
const TOLERANCE = 1e-3;

/** The largest difference of any metric, relative to the larger of its value and 1. */
function farthest(here: readonly StepRecord[], there: readonly StepRecord[]): number {
  let worst = 0;
  for (const [i, { metrics }] of here.entries())
    for (const [name, value] of Object.entries(metrics)) {
      const other = there[i]?.metrics[name];
      if (other === undefined) throw new Error(`Dawn's run has no ${name}`);
      worst = Math.max(worst, Math.abs(value - other) / Math.max(1, Math.abs(other)));
    }
  return worst;
}

/** Makes one step, the run's `step`-th, and waits until the run is paused. */
async function oneStep(step: number): Promise<void> {
  await firefox.press(byId('step-button'));
  await expect.poll(() => firefox.steps(), { timeout: COMPILED }).toBe(step);
  await firefox.sees(byId('state'), 'paused');
}

/** As e2e/studio.ts's small recipe, from the model that answers a third of the problems. */
function smallRecipe() {
  const demo = JSON.parse(readFileSync('configs/gppo-four-updates.json', 'utf8')) as { rl: object };
  return {
    ...demo,
    rl: { ...demo.rl, steps: 500, prompts: 4, responses: 4, minibatches: 2 },
    evaluation: { every: 10, problems: 4 },
  };
}

/** The same run on Dawn, on this machine: its Vulkan adapter, else SwiftShader. */
async function stepsOfDawn(): Promise<StepRecord[]> {
  const [config, out] = [join(folder, 'run.json'), join(folder, 'dawn')];
  const recipe = smallRecipe();
  writeFileSync(config, JSON.stringify({ ...recipe, rl: { ...recipe.rl, steps: STEPS } }));
  await promisify(execFile)('npm', ['run', '--silent', 'cli', '--', 'train', config, '--output', out], {
    maxBuffer: 1e8,
  });
  return recordsOf(readFileSync(join(out, 'metrics.jsonl'), 'utf8'));
}

const recordsOf = (jsonl: string): StepRecord[] =>
  jsonl
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as StepRecord)
    .filter(({ phase }) => phase === 'rl');

let built: BuiltPage;
let firefox: FirefoxPage;
let dawn: Promise<StepRecord[]>;

beforeAll(async () => {
  dawn = stepsOfDawn();
  dawn.catch(() => undefined);
  built = await serveBuiltPage();
  firefox = await FirefoxPage.open(profile);
});
afterAll(async () => {
  await firefox.close();
  await built.close();
  rmSync(folder, { recursive: true, force: true });
});

it('opens ready to train, without errors or reports against the policy', async () => {
  const { page } = firefox;
  // As a returning visitor, for whom kernels that compile quickly were chosen; a page of the origin without code.
  await page.goto(`${built.address}icon.svg`);
  const adapter = adapterFacts(await page.evaluate(adapterSource));
  expect([adapter.vendor, adapter.architecture, adapter.description].join('')).toBe('');
  expect(adapter.capabilities).toMatch(/buffer=\d+ .*shader-f16/);
  const { name: _name, ...recipe } = smallRecipe() as { name?: string };
  await page.evaluate(
    async (recipeKey, kept, cacheName, choices) => {
      localStorage.setItem(recipeKey, kept);
      const cache = await caches.open(cacheName);
      for (const [path, choice] of choices) await cache.put(path, new Response(choice));
    },
    KEPT_RECIPE,
    JSON.stringify({ config: recipe }),
    CHOICES,
    [...SETTLED_CHOICES].map(([question, choice]) => [choicePath(choiceKey(adapter, question)), choice] as const),
  );
  await page.goto(built.address);
  await firefox.sees(byId('waiting'), 'Ready');
  expect(firefox.faults).toEqual([]);
  expect(built.violations).toEqual([]);
});

it('trains, pauses, resumes and makes single steps', async () => {
  await oneStep(1);
  await firefox.exists(byId('token'));
  await firefox.press(byId('run-button'));
  await firefox.sees(byId('state'), 'running');
  await expect.poll(() => firefox.steps(), { timeout: COMPILED }).toBeGreaterThanOrEqual(2);
  await firefox.press(byId('pause-button'));
  await firefox.sees(byId('state'), 'paused', COMPILED);
  await oneStep((await firefox.steps()) + 1);
});

it('gives the metrics of Dawn within the tolerance of docs/browsers.md', async () => {
  const { data } = await firefox.saved(() => firefox.press(named('Export metrics.jsonl')));
  const [here, there] = [recordsOf(data.toString()).slice(0, STEPS), await dawn];
  expect(here.map(({ step }) => step)).toEqual([1, 2, 3]);
  const difference = farthest(here, there);
  console.info(`largest difference from Dawn: ${difference.toExponential(1)}`);
  expect(difference).toBeLessThan(TOLERANCE);
});

it('exports a checkpoint', async () => {
  const { name, data } = await firefox.saved(() => firefox.press(named('Export checkpoint')));
  expect(name).toMatch(/\.zip$/);
  const files = Object.keys(unzipSync(new Uint8Array(data)));
  expect(files.map((path) => path.split('/').at(-1))).toEqual(
    expect.arrayContaining(['config.json', 'model.safetensors', 'tokenizer.json']),
  );
});

it('answers in the playground with the trained policy', async () => {
  await firefox.go('Playground');
  await firefox.press(byId('play-go'));
  for (const column of [0, 1]) await firefox.exists(`${byId(`play-column-${column}`)}[data-state="done"]`, COMPILED);
  expect((await firefox.texts('[data-text=response-1] [data-index]')).join('')).toMatch(/^\d+/);
});

it('judges custom strategies: naga’s error in its line, and a number that is not finite', async () => {
  await firefox.go('Objective');
  await firefox.sees(`section[aria-label="Custom strategy"] small`, 'compiles', COMPILED);
  await firefox.write('.cm-content', strategyOf('  return outcome(r * token.advantagee, r, 0u);'));
  await firefox.sees(byId('strategy-problems'), /Line 3:.*invalid field accessor `advantagee`/, COMPILED);
  // Firefox itself logs shaders that do not compile.
  const logged = firefox.faults.filter((fault) => /shader module "curve of|Shader 'curve of/.test(fault));
  expect(firefox.faults.splice(0)).toEqual(logged);
  const [[, expression] = []] = NOT_FINITE;
  await firefox.write('.cm-content', strategyOf(`  return outcome(r, ${expression}, 0u);`));
  await firefox.sees(byId('strategy-problems'), 'no finite number', COMPILED);
});

it('shows lessons, and the stored run with its curves', async () => {
  await firefox.go('Learn');
  await firefox.exists(byId('lesson-gradient'));
  await firefox.press(byId('next-lesson'));
  await firefox.exists(byId('lesson-ratio'));
  await firefox.go('Runs');
  await firefox.sees(`${byId('run-row')} .run-name`, 'GPPO');
  await firefox.press(`${byId('run-row')} .run-name`);
  await firefox.exists(`${byId('chosen-runs')} path.recharts-curve`);
});

it('opens and trains offline after this visit', async () => {
  await firefox.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await built.close();
  // The tab leaves a paused run, about which the page asks.
  await firefox.page.goto('about:blank');
  await firefox.page.goto(built.address);
  await firefox.sees(byId('waiting'), 'Ready');
  await oneStep(1);
});

it('reported no error and no violation, and requested nothing of another origin', () => {
  expect(firefox.faults).toEqual([]);
  expect(built.violations).toEqual([]);
});

it('would have reported a violation', async () => {
  built = await serveBuiltPage({ port: Number(new URL(built.address).port) });
  await firefox.page.evaluate(() => {
    // In the page's own world, where its policy applies.
    const script = document.createElement('script');
    script.textContent = 'true';
    document.head.append(script);
  });
  await expect.poll(() => built.violations.length + firefox.faults.length, { timeout: SOON }).toBeGreaterThan(0);
});

it('without WebGPU names the setting, and shows lessons and the stored run of this profile', async () => {
  await firefox.close();
  firefox = await FirefoxPage.open(profile, { 'dom.webgpu.enabled': false });
  await firefox.page.goto(built.address);
  await firefox.sees(byId('no-webgpu'), /You are using Firefox \d+ on \w+/);
  await firefox.sees(byId('no-webgpu'), 'dom.webgpu.enabled');
  await firefox.go('Learn');
  // The next one after that which this profile has finished.
  await firefox.exists(byId('lesson-ratio'));
  await firefox.go('Runs');
  await firefox.press(`${byId('run-row')} .run-name`);
  // The newest run has a single step, which makes no line.
  await firefox.exists(byId('chosen-runs'));
  expect(firefox.faults).toEqual([]);
});

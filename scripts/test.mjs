/**
 * `npm test`: format, types, lint, unit and kernel tests, kernels on an adapter with 16-bit arithmetic, and browser
 * tests on the built page in Chromium and Firefox.
 *
 * `npm run test:long` (`--long`): what takes long and rarely fails where the rest passes: kernels in all their
 * variants, with the texts of hardware adapters and under WebGPU's default limits, and the browser tests with the tag
 * @long.
 *
 * Every part runs, also after a failure; the last line adds up what passed and failed (parts without tests of their own
 * count as one each).
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFirefox } from './firefox.mjs';
import { findOrInstallChromium, vulkanEnvironment } from './gpu-runtime.mjs';
import { halfEnvironment } from './half-adapter.mjs';
import { DEFAULT_LIMITS, HARDWARE_TEXTS, REACT_COMPILER_LINT, runAtOnce, runPart, STATIC_PARTS } from './parts.mjs';

const env = { CHROMIUM_PATH: await findOrInstallChromium() };
const kernelEnv = { ...env, ...(await vulkanEnvironment()) };
const reports = mkdtempSync(join(tmpdir(), 'gppo-tests-'));
let passed = 0;
let failed = 0;
const notRun = [];

/** A part that counts as one. @param {import('./parts.mjs').Part} part */
async function countPart(part) {
  const ok = await runPart(part);
  if (ok) passed += 1;
  else failed += 1;
  return ok;
}

/** A part whose runner counts; a runner that left no report, or ran nothing, is a failure. */
async function countReport(part, file, read) {
  const ok = await runPart(part);
  let result;
  try {
    result = read(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    console.error(`== ${part.title}: no report (${error.message})`);
  }
  const before = failed;
  passed += result?.passed ?? 0;
  failed += result?.failed ?? 0;
  if (!result || result.passed + result.failed === 0 || (!ok && failed === before)) failed += 1;
}

/** A part of Vitest. @param {{ live?: boolean, name: string }} options `name` of the report's file */
function vitest(title, args, environment, { live = false, name }) {
  const file = join(reports, `${name}.json`);
  const command = ['vitest', 'run', ...args, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  return countReport({ title, command, env: environment, live }, file, (report) => ({
    passed: report.numPassedTests,
    failed: report.numFailedTests,
  }));
}

/**
 * A part that not every machine can run; CI must.
 *
 * @param find returns the environment that it needs. @throws Error saying why there is none
 */
async function whereFound(title, find, run) {
  let environment;
  try {
    environment = { ...env, ...(await find()) };
  } catch (error) {
    const inCi = Boolean(process.env.CI) && process.env.CI !== 'false';
    if (inCi) failed += 1;
    notRun.push(title);
    console.error(`\n== ${title} did not run${inCi ? ', which fails in CI' : ''}: ${error.message}`);
    return;
  }
  await run(title, environment);
}

/** @param {Record<string, string>} own environment */
const halfTests = (title, own = {}) =>
  whereFound(title, halfEnvironment, (_, environment) =>
    vitest(title, ['--config', 'vitest.half.config.ts'], { ...environment, ...own }, { name: 'half' }),
  );

/** On the built page. */
const firefoxTests = () =>
  whereFound(
    'Firefox tests',
    async () => {
      // Its WebGPU needs more of a Vulkan driver than SwiftShader has: the adapter of the 16-bit tests.
      await halfEnvironment();
      return { FIREFOX_PATH: findFirefox() };
    },
    (title, environment) => vitest(title, ['--config', 'vitest.firefox.config.ts'], environment, { name: 'firefox' }),
  );

/** @param {'--grep' | '--grep-invert'} which browser tests with the tag @long, or those without it */
async function browserTests(which) {
  const file = join(reports, 'browser.json');
  await countReport(
    {
      title: 'browser tests',
      command: ['playwright', 'test', which, '@long', '--reporter=list,json'],
      env: { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: file },
      live: true,
    },
    file,
    ({ stats }) => ({ passed: stats.expected, failed: stats.unexpected + stats.flaky + stats.skipped }),
  );
}

const build = () => countPart({ title: 'build', command: ['vite', 'build', '--logLevel', 'warn'] });

// Two columns for two cores: parts that use one core run beside those that wait now and then, which are the kernel
// tests (for their device) and the browser tests (for timers and frames).
async function ordinaryTests() {
  // The page is built once, for both browsers.
  let built = false;
  await runAtOnce(
    [
      () =>
        vitest('unit and kernel tests', ['--project', 'pure', '--project', 'engine'], kernelEnv, {
          live: true,
          name: 'unit',
        }),
      async () => {
        for (const part of [...STATIC_PARTS, REACT_COMPILER_LINT]) await countPart(part);
        built = await build();
        await halfTests('16-bit kernel tests');
      },
    ],
    2,
  );
  await runAtOnce(
    [
      async () => built && (await browserTests('--grep-invert')),
      async () => {
        if (built) await firefoxTests();
      },
    ],
    2,
  );
}

async function longTests() {
  const kernels = (title, name, { args, env: own = {} }) =>
    vitest(title, args, { ...kernelEnv, ...own }, { live: true, name });
  await kernels('kernels in all their variants', 'long', { args: ['--project', 'long'] });
  await kernels('kernels with the texts of hardware adapters', 'hardware', HARDWARE_TEXTS);
  await kernels('kernels under default limits', 'limits', DEFAULT_LIMITS);
  await halfTests('16-bit kernels, and default limits on their adapter', { GPPO_LONG: '1' });
  if (await build()) await browserTests('--grep');
}

await (process.argv.includes('--long') ? longTests() : ordinaryTests());

rmSync(reports, { recursive: true, force: true });
if (notRun.length > 0) console.log(`\nnot run here, and not counted as passed: ${notRun.join(', ')}`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);

/**
 * `npm test`: types, lint, unit and kernel tests, those on an adapter with 16-bit arithmetic, then
 * the browser tests on the built page. Every part runs, also after a failure;
 * the last line adds up what passed and failed (types and lint count as one each).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOrInstallChromium, vulkanEnvironment } from './gpu-runtime.mjs';
import { halfEnvironment } from './half-adapter.mjs';

const chromium = await findOrInstallChromium();
const env = { ...process.env, CHROMIUM_PATH: chromium };
const kernelEnv = { ...env, ...(await vulkanEnvironment()) };
const reports = mkdtempSync(join(tmpdir(), 'gppo-tests-'));
let passed = 0;
let failed = 0;
const notRun = [];

function run(title, args, environment = env) {
  console.log(`\n== ${title}`);
  return (
    spawnSync('npx', args, { stdio: 'inherit', env: environment, shell: process.platform === 'win32' }).status === 0
  );
}

function count(title, ok) {
  if (ok) passed += 1;
  else failed += 1;
  if (!ok) console.error(`== ${title} failed`);
}

/** Adds a runner's own counts; a runner that left no report, or ran nothing, is a failure. */
function countReport(title, ok, file, read) {
  let result;
  try {
    result = read(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    console.error(`== ${title}: no report (${error.message})`);
  }
  const before = failed;
  passed += result?.passed ?? 0;
  failed += result?.failed ?? 0;
  if (!result || result.passed + result.failed === 0 || (!ok && failed === before)) failed += 1;
}

count('types', run('types', ['tsc', '--noEmit', '-p', '.']));
count('lint', run('lint', ['eslint', '.', '--max-warnings', '0']));

const unit = join(reports, 'unit.json');
const unitOk = run(
  'unit and kernel tests',
  ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${unit}`],
  kernelEnv,
);
countReport('unit and kernel tests', unitOk, unit, (report) => ({
  passed: report.numPassedTests,
  failed: report.numFailedTests,
}));

const halfTitle = '16-bit kernel tests';
try {
  const halfEnv = { ...env, ...(await halfEnvironment()) };
  const half = join(reports, 'half.json');
  const halfOk = run(
    halfTitle,
    [
      'vitest',
      'run',
      '--config',
      'vitest.half.config.ts',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${half}`,
    ],
    halfEnv,
  );
  countReport(halfTitle, halfOk, half, (report) => ({ passed: report.numPassedTests, failed: report.numFailedTests }));
} catch (error) {
  // Not every machine can have such an adapter; where the project is checked for everyone, it has to.
  const inCi = Boolean(process.env.CI) && process.env.CI !== 'false';
  if (inCi) failed += 1;
  notRun.push(halfTitle);
  console.error(`\n== ${halfTitle} did not run${inCi ? ', which fails in CI' : ''}: ${error.message}`);
}

const built = run('build', ['vite', 'build', '--logLevel', 'warn']);
count('build', built);
if (built) {
  const browser = join(reports, 'browser.json');
  const browserOk = run('browser tests', ['playwright', 'test', '--reporter=list,json'], {
    ...env,
    PLAYWRIGHT_JSON_OUTPUT_NAME: browser,
  });
  countReport('browser tests', browserOk, browser, ({ stats }) => ({
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + stats.skipped,
  }));
}

rmSync(reports, { recursive: true, force: true });
if (notRun.length > 0) console.log(`\nnot run here, and not counted as passed: ${notRun.join(', ')}`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);

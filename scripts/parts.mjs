/**
 * Runs the parts of `npm run check` and `npm test` as processes, several at a time, and prints one line per part with
 * its time. The output of a part is shown only if the part fails.
 */
import { spawn } from 'node:child_process';
import { delimiter, resolve as absolute } from 'node:path';

/**
 * @typedef {object} Part
 * @property {string} title
 * @property {string[]} command a program of the packages, or node, and its arguments
 * @property {Record<string, string | undefined>} [env] in addition to this process's
 * @property {boolean} [live] show its output as it comes
 */

// Without npx, which takes a second to find each of them.
const PATH = `${absolute('node_modules/.bin')}${delimiter}${process.env.PATH}`;

/** Runs one part. @param {Part} part @returns {Promise<boolean>} whether it exited with status 0 */
export function runPart({ title, command, env = {}, live = false }) {
  const begin = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command[0], command.slice(1), {
      stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
      env: { ...process.env, PATH, ...env },
      shell: process.platform === 'win32',
    });
    const output = [];
    child.stdout?.on('data', (data) => output.push(data));
    child.stderr?.on('data', (data) => output.push(data));
    const end = (ok) => {
      const seconds = ((performance.now() - begin) / 1000).toFixed(1);
      if (!ok) process.stdout.write(Buffer.concat(output));
      console.log(`${ok ? 'passed' : 'FAILED'}  ${seconds.padStart(6)} s  ${title}`);
      resolve(ok);
    };
    child.on('error', (error) => {
      output.push(Buffer.from(`${error.message}\n`));
      end(false);
    });
    child.on('close', (status) => end(status === 0));
  });
}

/**
 * Runs tasks in their order, at most `atOnce` at a time.
 *
 * @template T
 * @param {(() => Promise<T>)[]} tasks
 * @param {number} atOnce
 * @returns {Promise<T[]>} results in the order of `tasks`
 */
export async function runAtOnce(tasks, atOnce) {
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < tasks.length) {
      const index = next++;
      results[index] = await tasks[index]();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

/** Parts that need neither a GPU nor a browser. */
export const STATIC_PARTS = [
  { title: 'lint', command: ['eslint', '.', '--max-warnings', '0'] },
  // The native compiler takes a third of the time; ESLint's parser needs the JavaScript one.
  { title: 'types', command: ['node', 'node_modules/typescript-native/bin/tsc', '--noEmit', '-p', '.'] },
  { title: 'format', command: ['prettier', '--check', '.', '--log-level', 'warn'] },
];

/** Takes as long as all other lint together, so only `npm test` runs it. */
export const REACT_COMPILER_LINT = {
  title: 'lint by the React Compiler',
  command: ['eslint', '-c', 'eslint.react.config.js', 'src', '--max-warnings', '0'],
};

/**
 * Kernel tests with the texts and variants that hardware adapters get, on the software adapter: matrix products and
 * attention in all variants, exact answers of three models, the optimizer, whole GPPO runs, which sample. Part of
 * `npm run test:long`: these texts change with the kernels alone.
 */
export const HARDWARE_TEXTS = {
  env: { GPPO_TEXTS: 'hardware' },
  args: [
    '--project',
    'engine',
    ...['matmul', 'attention', 'fixtures', 'optimizer', 'session'].map((name) => `tests/engine/${name}.test.ts`),
  ],
};

/**
 * All tests of the engine on a device with WebGPU's default limits and no features, as the least adapter has it. Part
 * of `npm run test:long` alone: nearly all kernels have the text that they have on the adapter's own device, which also
 * has the default limits but for sizes of buffers. What differs is in `tests/engine/default-limits.test.ts`.
 */
export const DEFAULT_LIMITS = { env: { GPPO_LIMITS: 'default' }, args: ['--project', 'engine'] };

import { defineConfig } from 'vitest/config';

const LONG = process.env['GPPO_LONG'] === '1';

/** Tests of what an adapter with 16-bit arithmetic computes: `node scripts/with-gpu.mjs --half` finds one. */
export default defineConfig({
  test: {
    environment: 'node',
    // In `npm run test:long` also that a run under default limits equals one on the adapter's own device.
    include: ['tests/half/**/*.test.ts', ...(LONG ? ['tests/engine/default-limits.test.ts'] : [])],
    setupFiles: ['tests/support/no-gpu-errors.ts'],
    // One file at a time: lavapipe takes all cores by itself, and its compiler much memory.
    pool: 'forks',
    fileParallelism: false,
    // All in one process, whose device compiles each kernel once.
    isolate: false,
    // Its compiler takes a minute for a run's kernels, more on a busy machine.
    testTimeout: 600_000,
    hookTimeout: 240_000,
  },
});

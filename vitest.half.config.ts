import { defineConfig } from 'vitest/config';

/** Tests of what an adapter with 16-bit arithmetic computes: `node scripts/with-gpu.mjs --half` finds one. */
export default defineConfig({
  test: {
    environment: 'node',
    // A run under default limits equals one on the adapter's own device here, too.
    include: ['tests/half/**/*.test.ts', 'tests/engine/default-limits.test.ts'],
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

import { defineConfig } from 'vitest/config';

/** Unit and kernel tests run under Node; kernels on whatever adapter `scripts/with-gpu.mjs` finds. */
export default defineConfig({
  test: {
    environment: 'node',
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    // They have an adapter of their own: vitest.half.config.ts.
    exclude: ['tests/half/**', 'node_modules/**'],
    // A process per file, two at a time: the software adapter takes all cores it is given.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});

import { defineConfig } from 'vitest/config';

/**
 * Tests under Node, in two projects: `pure` needs no GPU (`npm run check`); `engine`, which is kernels, runs and the
 * command line, needs the adapter that `scripts/with-gpu.mjs` finds.
 */
export default defineConfig({
  test: {
    // Two files at a time: the software adapter takes all cores it is given.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          // Modules are imported once for all files: half of the time would go into importing them again.
          isolate: false,
          include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
          exclude: ['tests/cli*.test.ts', 'tests/engine/**', 'tests/half/**', 'tests/firefox/**', 'node_modules/**'],
        },
      },
      // One process for many files, whose device compiles each kernel once (tests/support/gpu.ts). The 16-bit tests
      // have an adapter of their own: vitest.half.config.ts.
      {
        extends: true,
        test: {
          name: 'engine',
          include: ['tests/cli*.test.ts', 'tests/engine/**/*.test.ts'],
          isolate: false,
          setupFiles: ['tests/support/no-gpu-errors.ts'],
          sequence: { groupOrder: 1 },
        },
      },
    ],
    environment: 'node',
    pool: 'forks',
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});

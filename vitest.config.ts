import { defineConfig } from 'vitest/config';

/**
 * Tests under Node, in three projects: `pure` needs no GPU (`npm run check`); `engine`, which is kernels, runs and the
 * command line, needs the adapter that `scripts/with-gpu.mjs` finds; `long` is kernels in all their variants, for
 * `npm run test:long`.
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
          exclude: [
            'tests/cli*.test.ts',
            ...['engine', 'long', 'half', 'firefox'].map((folder) => `tests/${folder}/**`),
            'node_modules/**',
          ],
        },
      },
      // One process for many files, whose device compiles each kernel once (tests/support/gpu.ts). The 16-bit tests
      // have an adapter of their own: vitest.half.config.ts.
      ...Object.entries({
        engine: ['tests/cli*.test.ts', 'tests/engine/**/*.test.ts'],
        long: ['tests/long/**/*.test.ts'],
      }).map(([name, include], i) => ({
        extends: true as const,
        test: {
          name,
          include,
          isolate: false,
          setupFiles: ['tests/support/no-gpu-errors.ts'],
          sequence: { groupOrder: 1 + i },
        },
      })),
    ],
    environment: 'node',
    pool: 'forks',
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});

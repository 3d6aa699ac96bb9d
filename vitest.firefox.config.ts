import { defineConfig } from 'vitest/config';

/** The built page in Firefox: `npm run test:firefox`. */
export default defineConfig({
  test: {
    environment: 'node',
    include: ['tests/firefox/**/*.test.ts'],
    pool: 'forks',
    // One browser at a time: its software adapter takes all cores by itself.
    fileParallelism: false,
    // Kernels take a minute to compile, more on a busy machine.
    testTimeout: 900_000,
    hookTimeout: 240_000,
    // A test continues where the one before it ended, as a person does.
    sequence: { concurrent: false, shuffle: false },
    bail: 1,
  },
});

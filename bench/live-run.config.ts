import { defineConfig, mergeConfig } from 'vite';
import studio from '../vite.config.ts';

/** Builds the page with the worker of bench/live-run.ts, whose steps are made up. */
export default mergeConfig(
  studio,
  defineConfig({
    build: { outDir: 'bench/live-run/dist', emptyOutDir: true },
    plugins: [
      {
        name: 'live-run-worker',
        enforce: 'pre',
        transform: (code, id) =>
          id.endsWith('/src/store/connection.ts')
            ? code.replace('../worker/worker.ts', '../../bench/live-run/worker.ts')
            : undefined,
      },
    ],
  }),
);

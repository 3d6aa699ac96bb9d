import { defineConfig } from 'vite';

/** Builds the benchmark's page, which is no part of the studio that ships. The studio's models are served beside it. */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: '../public',
  worker: { format: 'es' },
  build: { target: 'esnext', outDir: 'dist', emptyOutDir: true, chunkSizeWarningLimit: 4000 },
});

import { defineConfig } from 'vite';

/** Builds the benchmark's page, which is not part of the released studio. It also serves the studio's models. */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: '../public',
  worker: { format: 'es' },
  build: { target: 'esnext', outDir: 'dist', emptyOutDir: true, chunkSizeWarningLimit: 4000 },
});

/** Vite plugin: builds src/service-worker.ts behind the page, with the list of the files that it keeps. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { build, type Plugin } from 'vite';

/** Browsers that have WebGPU read woff2. */
const LEFT_OUT = /\.(woff|ttf|map)$|^service-worker\.js$/;
/** Names with a hash of the content never change their content. */
const HASHED = /^assets\//;

/** @returns every file below `folder`, by its path from there, with a hash where the name has none */
export function precacheList(folder: string): { url: string; revision: string | null }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((url) => !LEFT_OUT.test(url))
    .sort()
    .map((url) => ({
      url,
      revision: HASHED.test(url)
        ? null
        : createHash('sha256')
            .update(readFileSync(join(folder, url)))
            .digest('hex')
            .slice(0, 16),
    }));
}

export function offline(): Plugin {
  let folder = '';
  return {
    name: 'offline',
    apply: 'build',
    configResolved: ({ root, build: { outDir } }) => {
      folder = resolve(root, outDir);
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      async handler() {
        await build({
          configFile: false,
          publicDir: false,
          logLevel: 'warn',
          define: { __PRECACHE__: JSON.stringify(precacheList(folder)) },
          build: {
            outDir: folder,
            emptyOutDir: false,
            target: 'esnext',
            rollupOptions: {
              input: 'src/service-worker.ts',
              output: { format: 'iife', entryFileNames: 'service-worker.js' },
            },
          },
        });
      },
    },
  };
}

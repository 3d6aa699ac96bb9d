/**
 * Vite plugin: zod for the page and its worker.
 *
 * Without its export to JSON Schema, which the studio does not use. Every schema of zod refers to it, so that tree
 * shaking keeps it: 5 kB of the gzipped first screen, and as much of the worker.
 *
 * With `jitless` set before the first schema: zod otherwise tries `new Function`, which the page's content security
 * policy refuses and reports at every load. Here and not in a module of the studio, because a schema in a chunk that
 * several pages share is created before the modules of the chunk that imports it.
 */
import type { Plugin } from 'vite';

const IMPORT = /^import \{[^}]*\} from "\.\.\/core\/to-json-schema\.js";$/m;
const STUBS = 'const createStandardJSONSchemaMethod = () => undefined, createToJSONSchemaMethod = () => undefined;';
const PROCESSOR = /\(ctx, json, params\) => processors\.\w+\(inst, ctx, json, params\)/g;

const CHANGED = 'zod is written differently now: update scripts/zod-plugin.ts';

export function zodForThePage(): Plugin[] {
  return [
    {
      name: 'zod-without-json-schema',
      apply: 'build',
      transform: {
        filter: { id: /[\\/]zod[\\/]v4[\\/]classic[\\/]schemas\.js$/ },
        handler(code) {
          if (!IMPORT.test(code) || !code.includes('processJSONSchema')) this.error(CHANGED);
          return code.replace(IMPORT, STUBS).replace(PROCESSOR, 'undefined');
        },
      },
    },
    {
      name: 'zod-jitless',
      apply: 'build',
      transform: {
        filter: { id: /[\\/]zod[\\/]v4[\\/]core[\\/]core\.js$/ },
        handler(code) {
          if (!code.includes('export function config(newConfig)')) this.error(CHANGED);
          return `${code}\nconfig({ jitless: true });\n`;
        },
      },
    },
  ];
}

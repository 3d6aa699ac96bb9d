/**
 * Vite plugin: zod without its export to JSON Schema, which the studio does not use. Every schema of zod refers to it,
 * so that tree shaking keeps it: 5 kB of the gzipped first screen, and as much of the worker.
 */
import type { Plugin } from 'vite';

const IMPORT = /^import \{[^}]*\} from "\.\.\/core\/to-json-schema\.js";$/m;
const STUBS = 'const createStandardJSONSchemaMethod = () => undefined, createToJSONSchemaMethod = () => undefined;';
const PROCESSOR = /\(ctx, json, params\) => processors\.\w+\(inst, ctx, json, params\)/g;

export function zodWithoutJsonSchema(): Plugin {
  return {
    name: 'zod-without-json-schema',
    apply: 'build',
    transform: {
      filter: { id: /[\\/]zod[\\/]v4[\\/]classic[\\/]schemas\.js$/ },
      handler(code) {
        if (!IMPORT.test(code) || !code.includes('processJSONSchema'))
          this.error('zod is written differently now: update scripts/zod-plugin.ts, or remove it');
        return code.replace(IMPORT, STUBS).replace(PROCESSOR, 'undefined');
      },
    },
  };
}

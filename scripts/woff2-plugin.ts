/** Vite plugin: fonts as woff2 alone. Every browser with WebGPU reads it; libraries list older formats beside it. */
import type { Plugin } from 'vite';

/** One source of a font in an older format, with the comma before it. */
const OLDER = /,\s*url\([^)]+\.(?:woff|ttf)\)\s*format\(["'](?:woff|truetype)["']\)/g;

export function woff2Only(): Plugin {
  return {
    name: 'woff2-only',
    enforce: 'pre',
    transform: {
      filter: { id: /\.css$/, code: 'woff2' },
      handler: (code) => code.replace(OLDER, ''),
    },
  };
}

import { readFile } from 'node:fs/promises';

const SUFFIX = '.wgsl?raw';

export function resolve(specifier, context, next) {
  return specifier.endsWith(SUFFIX)
    ? { url: new URL(specifier, context.parentURL).href, shortCircuit: true }
    : next(specifier, context);
}

export async function load(url, context, next) {
  if (!url.endsWith(SUFFIX)) return next(url, context);
  const text = await readFile(new URL(url.slice(0, -'?raw'.length)), 'utf8');
  return { format: 'module', shortCircuit: true, source: `export default ${JSON.stringify(text)};` };
}

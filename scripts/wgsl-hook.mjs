import { readFile } from 'node:fs/promises';

const RAW = /\.(?:wgsl|py|json|sh|yaml|md)\?raw$/;

export function resolve(specifier, context, next) {
  return RAW.test(specifier)
    ? { url: new URL(specifier, context.parentURL).href, shortCircuit: true }
    : next(specifier, context);
}

export async function load(url, context, next) {
  if (!RAW.test(url)) return next(url, context);
  const text = await readFile(new URL(url.slice(0, -'?raw'.length)), 'utf8');
  return { format: 'module', shortCircuit: true, source: `export default ${JSON.stringify(text)};` };
}

/**
 * After an install: adds the bounds of `parquet-bounds.mjs` to the packages that decode Parquet. Running it again
 * changes nothing. It fails if a package has another version or another text than the edits are for; with `--check`
 * also if a package lacks them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PARQUET_BOUNDS } from './parquet-bounds.mjs';

const checking = process.argv.includes('--check');
const packages = fileURLToPath(new URL('../node_modules/', import.meta.url));
for (const { name, version, files } of PARQUET_BOUNDS) {
  const installed = JSON.parse(readFileSync(`${packages}${name}/package.json`, 'utf8')).version;
  if (installed !== version)
    throw new Error(
      `node_modules/${name} is version ${installed}, scripts/parquet-bounds.mjs is for ${version}. Run npm ci. ` +
        'To update the package, check which bounds it still lacks.',
    );
  for (const [file, edits] of Object.entries(files)) {
    const path = `${packages}${name}/${file}`;
    const before = readFileSync(path, 'utf8');
    const after = edits.reduce((text, edit) => edited(text, edit, `node_modules/${name}/${file}`), before);
    if (after === before) continue;
    if (checking) throw new Error(`${path} lacks bounds. Run node scripts/patch-packages.mjs.`);
    writeFileSync(path, after);
  }
}

/** @throws Error if the text has neither what is replaced nor the replacement, as often as expected */
function edited(text, [found, replacement, occurrences = 1], file) {
  const parts = text.split(replacement);
  if (parts.length === occurrences + 1) return text;
  const left = text.split(found);
  if (left.length !== occurrences + 1 || parts.length !== 1)
    throw new Error(
      `${file} has ${left.length - 1} times what scripts/parquet-bounds.mjs replaces, expected ${occurrences}. ` +
        `Run npm ci. It replaces:\n${found}`,
    );
  return left.join(replacement);
}

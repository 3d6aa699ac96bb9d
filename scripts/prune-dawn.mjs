/**
 * After an install: removes the binaries of Dawn (package `webgpu`) for other platforms than this one, 110 of its
 * 130 MB. A folder of node_modules that moves to another platform needs `npm ci` there.
 */
import { readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../node_modules/webgpu/dist', import.meta.url));
const own = process.platform === 'darwin' ? 'darwin-universal' : `${process.platform}-${process.arch}`;
let platforms = [];
try {
  platforms = readdirSync(dist);
} catch {
  // The package is not installed.
}
// Nothing is removed if this script does not recognize the name of this platform's own binary.
if (platforms.includes(own))
  for (const platform of platforms)
    if (platform !== own && /^(darwin|linux|win32)-/.test(platform))
      rmSync(`${dist}/${platform}`, { recursive: true, force: true });

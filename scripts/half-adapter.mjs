/**
 * Finds an adapter with 16-bit arithmetic (WebGPU's `shader-f16`): the machine's own, an installed lavapipe, or one
 * downloaded into the user's cache.
 */
import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasHardwareVulkan } from './gpu-runtime.mjs';
import { driverEnvironment, fetchedLavapipe, installedLavapipe } from './lavapipe.mjs';

const PROBE = `
  const { create } = await import('webgpu');
  const gpu = create([]);
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  console.log(JSON.stringify(adapter ? [...adapter.features] : []));
  process.exit(0);
`;

/**
 * Whether Dawn finds an adapter with shader-f16 in an environment; checked in a child process, because drivers are
 * chosen at process start.
 */
function computesInHalf(environment) {
  try {
    const answer = execFileSync(process.execPath, ['--input-type=module', '-e', PROBE], {
      cwd: dirname(fileURLToPath(import.meta.url)),
      env: { ...process.env, ...environment },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return JSON.parse(answer.trim().split('\n').at(-1)).includes('shader-f16');
  } catch {
    return false;
  }
}

/**
 * The environment in which Dawn finds an adapter with shader-f16.
 *
 * @throws Error saying why there is none on this machine
 */
export async function halfEnvironment() {
  if ((process.platform !== 'linux' || hasHardwareVulkan()) && computesInHalf({})) return {};
  const installed = installedLavapipe();
  if (installed && computesInHalf(driverEnvironment(installed, []))) return driverEnvironment(installed, []);
  const fetched = fetchedLavapipe();
  if (!computesInHalf(fetched))
    throw new Error(
      "no adapter with 16-bit arithmetic: the lavapipe of this machine's package archive does not offer " +
        'shader-f16 (Mesa 25 does)',
    );
  return fetched;
}

/**
 * Finds an adapter that computes in 16 bit (WebGPU's `shader-f16`): the machine's own, a lavapipe that is installed, or
 * one fetched into the user's cache.
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
 * Whether Dawn finds an adapter with shader-f16 in an environment; asked in a process of its own, as drivers are chosen
 * at its start.
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
 * @throws Error saying why there is none here
 */
export async function halfEnvironment() {
  if ((process.platform !== 'linux' || hasHardwareVulkan()) && computesInHalf({})) return {};
  const installed = installedLavapipe();
  if (installed && computesInHalf(driverEnvironment(installed, []))) return driverEnvironment(installed, []);
  const fetched = fetchedLavapipe();
  if (!computesInHalf(fetched))
    throw new Error(
      "no adapter with 16-bit arithmetic: the lavapipe of this machine's package archive does not offer shader-f16 (Mesa 25 does)",
    );
  return fetched;
}

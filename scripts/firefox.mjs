/** Finds the Firefox of `npm run test:firefox`, and the settings with which its WebGPU runs on any adapter. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['firefox-esr', 'firefox'];
const PLACES = [
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
  'C:\\Program Files (x86)\\Mozilla Firefox\\firefox.exe',
];

/** The oldest version that the tests drive: older ones lack WebGPU in workers on some systems. */
const OLDEST = 145;

/**
 * Settings that Firefox needs for WebGPU outside of Windows and macOS. Its blocklist of drivers contains software
 * adapters.
 */
export const WEBGPU_SETTINGS = { 'dom.webgpu.enabled': true, 'gfx.webgpu.ignore-blocklist': true };

/**
 * Path of a Firefox.
 *
 * @throws Error saying that there is none, or only one that is too old
 */
export function findFirefox() {
  const given = process.env.FIREFOX_PATH;
  if (given && !existsSync(given)) throw new Error(`FIREFOX_PATH names ${given}, which does not exist`);
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found =
    given ??
    NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path)) ??
    PLACES.find((path) => existsSync(path));
  if (!found)
    throw new Error('no Firefox found: install one (Debian: apt-get install firefox-esr), or set FIREFOX_PATH to it');
  const version = /Firefox (\d+)/.exec(execFileSync(found, ['--version'], { encoding: 'utf8' }))?.[1];
  if (!version || Number(version) < OLDEST)
    throw new Error(`${found} is Firefox ${version ?? 'of an unknown version'}; expected ${OLDEST} or newer`);
  return found;
}

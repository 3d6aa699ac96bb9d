/**
 * Finds the software adapter for tests and the command line on a machine without a GPU: a Chromium, and the SwiftShader
 * (a Vulkan driver in software) that ships with it.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];
/** Folders of the real binary, where distributions put a wrapper script of the same name on the path. */
const FOLDERS = [
  '/usr/lib/chromium',
  '/usr/lib64/chromium',
  '/usr/lib/chromium-browser',
  '/opt/google/chrome',
  '/opt/chromium.org/chromium',
  '/snap/chromium/current/usr/lib/chromium-browser',
];

function onPath(name) {
  return (process.env.PATH ?? '')
    .split(process.platform === 'win32' ? ';' : ':')
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

async function playwrightsOwn() {
  try {
    const path = (await import('@playwright/test')).chromium.executablePath();
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

/** Path of a Chromium; undefined if there is none. */
export async function findChromium() {
  const given = process.env.CHROMIUM_PATH;
  if (given) {
    if (!existsSync(given)) throw new Error(`CHROMIUM_PATH names ${given}, which does not exist`);
    return given;
  }
  return NAMES.map(onPath).find(Boolean) ?? PLACES.find((path) => existsSync(path)) ?? (await playwrightsOwn());
}

/** As findChromium, but installs one if there is none: from Debian's packages as root, else Playwright's. */
export async function findOrInstallChromium() {
  const found = await findChromium();
  if (found) return found;
  const run = (command, args) => execFileSync(command, args, { stdio: ['ignore', 2, 2] });
  if (process.getuid?.() === 0 && onPath('apt-get')) {
    run('apt-get', ['update', '-qq']);
    run('apt-get', ['install', '-y', '-qq', 'chromium']);
  } else {
    run('npx', ['playwright', 'install', 'chromium']);
  }
  const installed = await findChromium();
  if (!installed)
    throw new Error('no Chromium found, and installing one did not help: set CHROMIUM_PATH to a Chrome or Chromium');
  return installed;
}

/** Folder of SwiftShader's Vulkan driver; undefined if no Chromium on this machine has it. */
export async function findSwiftShader() {
  const chromium = await findChromium();
  const folders = [...(chromium ? [dirname(realpathSync(chromium))] : []), ...FOLDERS];
  return folders.find((folder) => existsSync(join(folder, 'vk_swiftshader_icd.json')));
}

/** True if a Vulkan driver of real hardware is installed, or the caller chose a driver. */
export function hasHardwareVulkan() {
  if (process.env.VK_ICD_FILENAMES || process.env.VK_DRIVER_FILES) return true;
  const folders = [
    '/usr/share/vulkan/icd.d',
    '/etc/vulkan/icd.d',
    '/usr/local/share/vulkan/icd.d',
    '/usr/local/nvidia/share/vulkan/icd.d',
  ];
  const drivers = folders.filter((folder) => existsSync(folder)).flatMap((folder) => readdirSync(folder));
  const hardware = drivers.filter((name) => !/lvp|lavapipe|swiftshader|virtio|gfxstream/i.test(name));
  // Mesa installs the drivers of all vendors everywhere; without a render node there is no hardware for them.
  return hardware.length > 0 && (existsSync('/dev/dri/renderD128') || existsSync('/dev/nvidiactl'));
}

/**
 * The environment in which Dawn finds a Vulkan adapter.
 *
 * @throws Error saying what to install if there is neither hardware nor SwiftShader
 */
export async function vulkanEnvironment() {
  if (process.platform !== 'linux' || hasHardwareVulkan()) return {};
  const folder = await findSwiftShader();
  if (!folder)
    throw new Error(
      'no graphics adapter: install a Vulkan driver, or Chromium, whose SwiftShader computes on the CPU ' +
        '(Debian: apt-get install chromium)',
    );
  const driver = join(folder, 'vk_swiftshader_icd.json');
  // Chromium's folder also has the Vulkan loader (libvulkan.so.1), which the library path must name before the process
  // starts.
  const path = [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':');
  // Disables implicit layers that other drivers install for every program; Mesa's writes to standard error.
  return {
    LD_LIBRARY_PATH: path,
    VK_ICD_FILENAMES: driver,
    VK_DRIVER_FILES: driver,
    VK_LOADER_LAYERS_DISABLE: '~implicit~',
  };
}

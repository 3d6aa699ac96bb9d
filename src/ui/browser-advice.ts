/** How to enable WebGPU in a browser. */
import type { Browser } from '../views/browser.ts';

/** What the page found of WebGPU. */
export interface FoundWebGpu {
  /** `isSecureContext`: WebGPU is offered over https and on localhost only. */
  secure: boolean;
  /** The browser has WebGPU, but found no adapter: hardware acceleration is off, or it refuses the driver. */
  api: boolean;
}

const GENERIC =
  'Check that hardware acceleration is on in the browser’s settings and that the graphics driver is up to date.';
const FIREFOX_SETTING = 'open about:config and set dom.webgpu.enabled to true';

/** What to do so that the page finds a GPU, step by step. */
export function webGpuAdvice({ name, version, system }: Browser, { secure, api }: FoundWebGpu): string[] {
  if (!secure) return ['Open the page over https or from localhost: browsers offer WebGPU on secure pages only.'];
  const number = Number(version);
  if (system === 'iOS' && name !== 'Safari' && !api)
    return ['Update to iOS 26 or newer. All browsers on iOS have WebGPU from version 26 on.'];
  switch (name) {
    case 'Chrome':
    case 'Edge':
    case 'Opera': {
      if (number < 113 && name !== 'Opera') return [`Update ${name}: WebGPU came with version 113.`];
      const scheme = name === 'Edge' ? 'edge' : name === 'Opera' ? 'opera' : 'chrome';
      const vulkan = system === 'Linux' ? ', "Vulkan"' : '';
      return [
        GENERIC,
        `Open ${scheme}://gpu and look for "WebGPU: Hardware accelerated". If it is disabled, the driver may be on ` +
          `${name}’s blocklist: the page lists the reasons under "Problems Detected".`,
        `Open ${scheme}://flags, enable "Unsafe WebGPU Support"${vulkan} and, against the blocklist, "Override ` +
          'software rendering list"; then restart the browser.',
      ];
    }
    case 'Firefox': {
      if (api)
        return [
          GENERIC,
          'The driver may be on Firefox’s blocklist, as all software adapters are: about:support names the reason ' +
            'under "Decision Log", WEBGPU.',
          'To use it nevertheless, open about:config, set gfx.webgpu.ignore-blocklist to true, and restart Firefox.',
        ];
      const first = system === 'Windows' ? 141 : system === 'macOS' ? 145 : undefined;
      if (first === undefined)
        return [`On this system, Firefox offers WebGPU behind a setting: ${FIREFOX_SETTING}, or use Chrome or Edge.`];
      return number < first
        ? [`Update Firefox: WebGPU came with version ${first} on ${system}.`]
        : [`WebGPU may be off in this profile: ${FIREFOX_SETTING}.`, GENERIC];
    }
    case 'Safari':
      return number < 26 ? ['Update to Safari 26 (with macOS 26 or iOS 26), or use Chrome or Edge.'] : [GENERIC];
    default:
      return ['Use a current Chrome, Edge, Firefox or Safari.', GENERIC];
  }
}

/** Detects the browser and how to enable WebGPU in it. */

export interface Browser {
  name: string;
  version: string;
  system: string;
}

const PATTERNS: [name: string, pattern: RegExp][] = [
  // On iOS every browser is Safari's engine under another name.
  ['Chrome', /CriOS\/([\d.]+)/],
  ['Firefox', /FxiOS\/([\d.]+)/],
  ['Edge', /Edg(?:A|iOS)?\/([\d.]+)/],
  ['Opera', /OPR\/([\d.]+)/],
  ['Firefox', /Firefox\/([\d.]+)/],
  ['Chrome', /Chrom(?:e|ium)\/([\d.]+)/],
  ['Safari', /Version\/([\d.]+).*Safari/],
];

/** @param userAgent `navigator.userAgent` */
export function detectBrowser(userAgent: string): Browser {
  const system = /Android/.test(userAgent)
    ? 'Android'
    : /iPhone|iPad/.test(userAgent)
      ? 'iOS'
      : /Windows/.test(userAgent)
        ? 'Windows'
        : /Mac OS X/.test(userAgent)
          ? 'macOS'
          : /Linux/.test(userAgent)
            ? 'Linux'
            : '';
  for (const [name, pattern] of PATTERNS) {
    const version = pattern.exec(userAgent)?.[1];
    if (version) return { name, version: version.split('.')[0] ?? version, system };
  }
  return { name: 'This browser', version: '', system };
}

/** @param secure `isSecureContext`: WebGPU is offered over https and on localhost only */
export function webGpuAdvice({ name, version, system }: Browser, secure: boolean): string[] {
  if (!secure) return ['Open the page over https or from localhost: browsers offer WebGPU on secure pages only.'];
  const number = Number(version);
  const generic =
    'Check that hardware acceleration is on in the browser’s settings and that the graphics driver is up to date.';
  if (system === 'iOS' && name !== 'Safari')
    return ['Update to iOS 26 or newer. All browsers on iOS have WebGPU from version 26 on.'];
  switch (name) {
    case 'Chrome':
    case 'Edge':
    case 'Opera': {
      if (number < 113 && name !== 'Opera') return [`Update ${name}: WebGPU came with version 113.`];
      const scheme = name === 'Edge' ? 'edge' : name === 'Opera' ? 'opera' : 'chrome';
      const flags =
        `Open ${scheme}://flags, enable "Unsafe WebGPU Support"${system === 'Linux' ? ' and "Vulkan"' : ''}, and ` +
        'restart the browser.';
      return [generic, flags, `Open ${scheme}://gpu and look for "WebGPU: Hardware accelerated".`];
    }
    case 'Firefox': {
      const first = system === 'Windows' ? 141 : system === 'macOS' ? 145 : undefined;
      if (first === undefined)
        return [
          'On this system, Firefox offers WebGPU behind a setting: open about:config and set dom.webgpu.enabled ' +
            'to true, or use Chrome or Edge.',
        ];
      return [number < first ? `Update Firefox: WebGPU came with version ${first} on ${system}.` : generic];
    }
    case 'Safari':
      return number < 26 ? ['Update to Safari 26 (with macOS 26 or iOS 26), or use Chrome or Edge.'] : [generic];
    default:
      return ['Use a current Chrome, Edge, Firefox or Safari.', generic];
  }
}

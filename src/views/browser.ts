/** The browser and its system, as its user agent names them. */

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

/** `Chrome 141, Linux`. */
export function browserText(userAgent: string): string {
  const { name, version, system } = detectBrowser(userAgent);
  return [[name, version].filter(Boolean).join(' '), system].filter(Boolean).join(', ');
}

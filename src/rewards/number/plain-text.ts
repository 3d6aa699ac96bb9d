/** Rewrites LaTeX, Markdown and special characters around numbers, so that numbers.ts sees plain ones. */

const VULGAR: Readonly<Record<string, string>> = {
  '½': '1/2',
  '⅓': '1/3',
  '⅔': '2/3',
  '¼': '1/4',
  '¾': '3/4',
  '⅕': '1/5',
  '⅖': '2/5',
  '⅗': '3/5',
  '⅘': '4/5',
  '⅙': '1/6',
  '⅚': '5/6',
  '⅐': '1/7',
  '⅛': '1/8',
  '⅜': '3/8',
  '⅝': '5/8',
  '⅞': '7/8',
  '⅑': '1/9',
  '⅒': '1/10',
};
const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

type Rule = readonly [RegExp, string | ((...parts: string[]) => string)];

/** In order. Each is linear in the text: no rule repeats a group that can match in two ways. */
const RULES: readonly Rule[] = [
  // The calculator annotations of GSM8K: 5+7=<<5+7=12>>12.
  [/<<[^<>\n]*>>/g, ''],
  [/[\uFF10-\uFF19]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xff10 + 48)],
  [/[\u2212\uFF0D\uFE63\u2010\u2011]/g, '-'],
  [/\*\*(?!\d)|(?<!\d)\*\*/g, ''],
  [/\\([$%#&])/g, '$1'],
  [/\{,\}/g, ','],
  [/\\!/g, ''],
  [/\\(?:[,;: ]|thinspace\b)|~/g, '\u202f'],
  [/\\(?:left|right|displaystyle)(?![A-Za-z])/g, ''],
  [/\\(?:times|cdot|ast)(?![A-Za-z])/g, '×'],
  [/\\div(?![A-Za-z])/g, '÷'],
  [/\\approx(?![A-Za-z])/g, '≈'],
  [/\\(?:text|textbf|textit|mathrm|mathbf|mathit|operatorname|mbox)\s?\{([^{}]*)\}/g, ' $1 '],
  [
    /(\d?)\\[dtc]?frac\s?(?:\{([^{}]{1,80})\}|(\d))\s?(?:\{([^{}]{1,80})\}|(\d))/g,
    (all, digit = '', top, shortTop, bottom, shortBottom) => {
      const [above, below] = [(top ?? shortTop ?? '').trim(), (bottom ?? shortBottom ?? '').trim()];
      if (!/^[-+]?[\d.,]+$/.test(above) || !/^[\d.,]+$/.test(below)) return all ?? '';
      return `${digit}${digit ? ' ' : ''}${above}/${below}`;
    },
  ],
  [/\\[()[\]]/g, ' '],
  [/(\d?)([½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒])/g, (_, digit = '', sign = '') => `${digit}${digit ? ' ' : ''}${VULGAR[sign] ?? ''}`],
  [/\u2044/g, '/'],
  [/(?<=\d)⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, (power) => `^${[...power].map(fromSuperscript).join('')}`],
];

const fromSuperscript = (sign: string): string => (sign === '⁻' ? '-' : String(SUPERSCRIPTS.indexOf(sign)));

export function plainText(text: string): string {
  return RULES.reduce(
    (plain, [pattern, by]) => (typeof by === 'string' ? plain.replace(pattern, by) : plain.replace(pattern, by)),
    text,
  );
}

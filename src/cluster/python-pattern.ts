/**
 * Patterns of RE2 in the syntax of Python's `re`, for the part that both have. What Python reads otherwise is refused:
 * Python's engine may take exponential time, which RE2's cannot.
 */
import type { RewardConfig } from '../rewards/config.ts';

type Translated = { pattern: string } | { missing: string };

const SPACE = String.raw`\t\n\f\r `;

/** Escapes that mean the same in both, with Python's flag ASCII. */
const SAME_ESCAPES = /[dDwWbBtnrfvaA\\.+*?()|[\]{}^$/\-"'#&~@!%,:;<>=`_ ]/;

/** @returns the pattern for `re.search(pattern, text, re.ASCII)`, or what has no counterpart */
export function pythonPattern(pattern: string, ignoreCase: boolean): Translated {
  if (ignoreCase && /[^\0-\x7f]/.test(pattern)) return { missing: 'letters beyond ASCII with ignore_case' };
  // Flags in front apply to the whole pattern in both; elsewhere Python refuses them.
  const flags = /^\(\?([ims]+)\)/.exec(pattern);
  let written = flags ? flags[0] : '';
  const multiline = flags?.[1]?.includes('m') ?? false;
  let inClass = false;
  for (let i = written.length; i < pattern.length; i++) {
    const [sign, next] = [pattern[i] ?? '', pattern[i + 1] ?? ''];
    if (sign === '\\') {
      i++;
      if (next === 's') written += inClass ? SPACE : `[${SPACE}]`;
      else if (next === 'S' && !inClass) written += `[^${SPACE}]`;
      else if (next === 'z') written += String.raw`\Z`;
      else if (next === 'b' && inClass) return { missing: String.raw`\b in a class` };
      else if (next !== '' && SAME_ESCAPES.test(next)) written += sign + next;
      else return { missing: `\\${next}` };
    } else if (inClass) {
      if (sign === '[' && next === ':') return { missing: 'a named class such as [:alpha:]' };
      if (sign === ']') inClass = false;
      written += sign === '[' ? String.raw`\[` : sign === '&' || sign === '~' || sign === '|' ? `\\${sign}` : sign;
    } else if (sign === '[') {
      inClass = true;
      written += sign;
      if (next === '^') written += pattern[++i] ?? '';
      if (pattern[i + 1] === ']') {
        written += String.raw`\]`;
        i++;
      }
    } else if (sign === '(' && next === '?') {
      const group = /^\(\?(?::|P<[A-Za-z_]\w*>|<[A-Za-z_]\w*>)/.exec(pattern.slice(i))?.[0];
      if (group === undefined) return { missing: pattern.slice(i, i + 4) };
      written += group.startsWith('(?<') ? `(?P${group.slice(2)}` : group;
      i += group.length - 1;
    } else if (sign === '$') written += multiline ? '$' : String.raw`\Z`;
    else if (sign === '{' && !/^\{\d+(?:,\d*)?\}/.test(pattern.slice(i))) written += String.raw`\{`;
    else if (/[*+?}]/.test(sign) && next === '+') return { missing: `${sign}+` };
    else written += sign;
  }
  return { pattern: written };
}

/** A task for Python's graders: with each pattern also as Python's. @throws Error where a pattern has no counterpart */
export function withPythonPatterns(task: { rewards?: readonly RewardConfig[] }): Record<string, unknown> {
  const { rewards, ...others } = task;
  if (!rewards) return { ...others };
  return { ...others, rewards: rewards.map((reward) => ({ ...reward, ...patternOf(reward) })) };
}

function patternOf(reward: RewardConfig): { python?: string } {
  if (reward.name !== 'regex') return {};
  const found = pythonPattern(reward.pattern, reward.ignore_case);
  if ('missing' in found) throw new Error(`Python's re has no ${found.missing}`);
  return { python: found.pattern };
}

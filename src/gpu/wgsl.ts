/**
 * The little that WGSL lacks for hand-tiled kernels: shape constants as text, and loops unrolled before compilation.
 *
 * A kernel's file starts with the constants it expects; `specialize` prepends them as `const NAME = ...u;`. Inside the file
 *
 *     //: for r in 0..ROWS
 *     var sum${r} = 0.0;
 *     //: end
 *
 * repeats the lines between with `${r}` replaced (`${r*4+1}` too), and `//: if NAME` ... `//: end` keeps them only where the constant is not 0.
 * Registers need this: an array indexed by a loop variable is memory on most adapters.
 */

export type Constants = Readonly<Record<string, number>>;

/** @throws Error when a directive names an unknown constant or an `end` is missing: a defect of a shader file. */
export function specialize(source: string, constants: Constants): string {
  const header = Object.entries(constants)
    .map(([name, value]) => (Number.isInteger(value) ? `const ${name} = ${value}u;` : `const ${name} = ${value}f;`))
    .join('\n');
  const lines = source.split('\n');
  const out: string[] = [];
  const end = expand(lines, 0, {}, constants, out);
  if (end !== lines.length) throw new Error(`wgsl: unmatched "//: end" in line ${end + 1}`);
  return `${header}\n${out.join('\n')}`;
}

/** Expands lines from `at` up to the `end` that closes this level; returns the line it stopped at. */
function expand(lines: string[], at: number, variables: Record<string, number>, constants: Constants, out: string[] | null): number {
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const directive = /^\s*\/\/: (.*)$/.exec(line)?.[1]?.trim();
    if (directive === undefined) {
      out?.push(line.replace(/\$\{(\w+)(?:\*(\w+))?(?:\+(\w+))?\}/g, (_, name: string, factor = '1', offset = '0') => {
          const value = (text: string) => lookup(text, variables, constants);
          return String(value(name) * value(factor) + value(offset));
        }));
      at += 1;
    } else if (directive === 'end') {
      return at;
    } else {
      at = block(directive, lines, at + 1, variables, constants, out);
    }
  }
  return at;
}

function block(directive: string, lines: string[], body: number, variables: Record<string, number>, constants: Constants, out: string[] | null): number {
  let end: number;
  const loop = /^for (\w+) in (\w+)\.\.(\w+)$/.exec(directive);
  const condition = /^if (not )?(\w+)$/.exec(directive);
  if (loop) {
    const [, name = '', from = '', to = ''] = loop;
    const first = lookup(from, variables, constants);
    const last = lookup(to, variables, constants);
    for (let value = first; value < last; value++) expand(lines, body, { ...variables, [name]: value }, constants, out);
    end = expand(lines, body, { ...variables, [name]: first }, constants, null);
  } else if (condition) {
    const holds = (lookup(condition[2] ?? '', variables, constants) !== 0) !== Boolean(condition[1]);
    end = expand(lines, body, variables, constants, holds ? out : null);
  } else {
    throw new Error(`wgsl: unknown directive "${directive}"`);
  }
  if (end >= lines.length) throw new Error(`wgsl: "//: ${directive}" is never closed`);
  return end + 1;
}

function lookup(name: string, variables: Record<string, number>, constants: Constants): number {
  const value = /^\d+$/.test(name) ? Number(name) : (variables[name] ?? constants[name]);
  if (value === undefined) throw new Error(`wgsl: unknown constant ${name}`);
  return value;
}

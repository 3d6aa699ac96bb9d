/**
 * Preprocessor for hand-tiled WGSL kernels: shape constants as text, and loops unrolled before compilation.
 *
 * A kernel's file starts with the constants it expects; `specialize` prepends them as `const NAME = ...u;`. Inside the
 * file
 *
 *     //: for r in 0..ROWS
 *     var sum${r} = 0.0;
 *     //: end
 *
 * repeats the enclosed lines with `${r}` replaced (also inside sums of products: `${r*4+q+1}`), and `//: if NAME` ...
 * `//: end` keeps them only where the constant is not 0. Register tiles need this: most adapters place an array indexed
 * by a loop variable in memory. `enable` directives of any part of the source are moved to the top, where WGSL requires
 * them.
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
  const enables = out.filter((line) => ENABLE.test(line));
  const body = out.filter((line) => !ENABLE.test(line)).join('\n');
  return [...enables, header, body].join('\n');
}

const ENABLE = /^enable \w+;$/;

const SCALARS: Readonly<Record<string, number>> = {
  f32: 4,
  u32: 4,
  i32: 4,
  'atomic<u32>': 4,
  vec2f: 8,
  vec2u: 8,
  vec4h: 8,
  vec4f: 16,
  vec4u: 16,
};

/**
 * Gives the storage arrays of a specialized kernel the length of the resources bound to them.
 *
 * The browser bounds-checks every array access. For a runtime-sized array it first computes the length, which on a
 * software adapter costs integer divisions, more than the access itself; a length in the source is free.
 *
 * @param bytes size of each binding's resource, by binding number
 */
export function sizeArrays(code: string, bytes: readonly number[]): string {
  return code.replace(
    /@binding\((\d+)\) (var<storage, \w+>) (\w+): array<([\w<>]+)>;/g,
    (whole, binding: string, kind: string, name: string, element: string) => {
      const stride = SCALARS[element] ?? structBytes(code, element);
      const length = stride === undefined ? 0 : Math.floor((bytes[Number(binding)] ?? 0) / stride);
      return length > 0 && !code.includes(`arrayLength(&${name})`)
        ? `@binding(${binding}) ${kind} ${name}: array<${element}, ${length}>;`
        : whole;
    },
  );
}

/**
 * How each binding of a specialized kernel is used, by number. @throws Error when a number is left out: a defect of a
 * shader file
 */
export function bindingTypes(code: string): GPUBufferBindingType[] {
  const types: GPUBufferBindingType[] = [];
  for (const [, binding, kind] of code.matchAll(/@binding\((\d+)\) var<([\w, ]+)>/g))
    types[Number(binding)] =
      kind === 'uniform' ? 'uniform' : kind === 'storage, read_write' ? 'storage' : 'read-only-storage';
  if (Object.keys(types).length !== types.length)
    throw new Error(`wgsl: bindings are numbered with a gap: ${Object.keys(types).join()}`);
  return types;
}

/** Bytes of a struct of 4-byte scalars; undefined for any other. */
function structBytes(code: string, name: string): number | undefined {
  const body = new RegExp(`struct ${name} \\{([^}]*)\\}`).exec(code)?.[1];
  if (body === undefined) return undefined;
  const types = [...body.replace(/\/\/.*$/gm, '').matchAll(/\w+\s*:\s*([\w<>]+)/g)].map((match) => match[1] ?? '');
  return types.every((type) => SCALARS[type] === 4) ? types.length * 4 : undefined;
}

/** Expands lines from `at` up to the `end` that closes this level; returns the line it stopped at. */
function expand(
  lines: string[],
  at: number,
  variables: Record<string, number>,
  constants: Constants,
  out: string[] | null,
): number {
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const directive = /^\s*\/\/: (.*)$/.exec(line)?.[1]?.trim();
    if (directive === undefined) {
      out?.push(
        line.replace(/\$\{([\w*+]+)\}/g, (_, expression: string) => String(evaluate(expression, variables, constants))),
      );
      at += 1;
    } else if (directive === 'end') {
      return at;
    } else {
      at = block(directive, lines, at + 1, variables, constants, out);
    }
  }
  return at;
}

function block(
  directive: string,
  lines: string[],
  body: number,
  variables: Record<string, number>,
  constants: Constants,
  out: string[] | null,
): number {
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

/** A sum of products of names and whole numbers. */
function evaluate(expression: string, variables: Record<string, number>, constants: Constants): number {
  const product = (term: string) =>
    term.split('*').reduce((value, name) => value * lookup(name, variables, constants), 1);
  return expression.split('+').reduce((sum, term) => sum + product(term), 0);
}

function lookup(name: string, variables: Record<string, number>, constants: Constants): number {
  const value = /^\d+$/.test(name) ? Number(name) : (variables[name] ?? constants[name]);
  if (value === undefined) throw new Error(`wgsl: unknown constant ${name}`);
  return value;
}

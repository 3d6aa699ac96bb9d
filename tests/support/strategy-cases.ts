/**
 * Custom strategies that compilers judge: errors that all report, and WGSL on which they differ. Tint's verdicts are
 * tested under Node, naga's in Firefox (tests/firefox/compiler.test.ts).
 */

/** A strategy of a body, whose first line is line 3, and functions and constants before it. */
export const strategyOf = (body: string, before = ''): string =>
  `${before}fn strategy(token: Token) -> Outcome {\n  let r = token.ratio;\n${body}\n}\n`;
const FINE = '  return outcome(r, r, 0u);';
const ofValue = (expression: string): string => strategyOf(`  return outcome(${expression}, r, 0u);`);
const ofFlag = (expression: string): string => strategyOf(`  let flag = ${expression};\n${FINE}`);

export interface CompileError {
  name: string;
  source: string;
  line: number;
}

/** Errors that both compilers report on this line. */
export const COMPILE_ERRORS: readonly CompileError[] = [
  { name: 'field', source: strategyOf('  return outcome(r * token.advantagee, r, 0u);'), line: 3 },
  { name: 'name', source: strategyOf('  return outcome(q, r, 0u);'), line: 3 },
  { name: 'types', source: strategyOf(`  let y: f32 = 1 + true;\n${FINE}`), line: 3 },
  { name: 'integer', source: strategyOf(`  let x = r * 2i;\n${FINE}`), line: 3 },
  { name: 'semicolon', source: strategyOf('  return outcome(r, r, 0u)'), line: 4 },
  { name: 'argument', source: strategyOf('  return outcome(r, r, 0.5);'), line: 3 },
  { name: 'arguments', source: strategyOf('  return outcome(r, r);'), line: 3 },
  { name: 'parameter', source: strategyOf('  return outcome(parameters.missing, r, 0u);'), line: 3 },
  { name: 'let', source: strategyOf(`  r = 2.0;\n${FINE}`), line: 3 },
  { name: 'switch', source: strategyOf(`  switch i32(r) { case 0: { } }\n${FINE}`), line: 3 },
  { name: 'empty return', source: strategyOf('  return;'), line: 3 },
  { name: 'redefinition', source: strategyOf(FINE, 'fn outcome(a: f32) -> f32 { return a; }\n'), line: 1 },
  { name: 'constant', source: strategyOf('  let x = sqrt(-1.0);\n  return outcome(x, r, 0u);'), line: 3 },
  { name: 'reserved', source: strategyOf(`  let final = 0.2;\n${FINE}`), line: 3 },
];

export interface Difference {
  source: string;
  /** Compilers that refuse it, as the studio compiles it. */
  refusedBy: readonly ('Tint' | 'naga')[];
  /** What the studio says, and on which line. */
  line: number;
  message: RegExp;
}

const loop = 'loop {\n    y += 1.0;\n    if (y > 9.0) { return y; }\n  }';
const ending = (end: string): string =>
  strategyOf('  return outcome(f(r), r, 0u);', `fn f(x: f32) -> f32 {\n  var y = x;\n  ${end}\n}\n`);

/** Both refuse a function that ends in a loop once the loop has a budget; without it, only naga does. */
export const DIFFERENCES: Readonly<Record<string, Difference>> = {
  'ends in a loop': { source: ending(loop), refusedBy: ['Tint', 'naga'], line: 1, message: /f ends in a loop.*return/ },
  'ends in a for loop': {
    source: ending('for (;;) { if (y > 9.0) { return y; } y += 1.0; }'),
    refusedBy: ['Tint', 'naga'],
    line: 1,
    message: /ends in a for loop/,
  },
  'ends in an else with a loop': {
    source: ending(`if (x > 1.0) { return x; } else { ${loop} }`),
    refusedBy: ['Tint', 'naga'],
    line: 1,
    message: /ends in a loop/,
  },
  'ends in an if with a loop': {
    source: ending(`if (x > 1.0) { ${loop} } else { return x; }`),
    refusedBy: ['Tint', 'naga'],
    line: 1,
    message: /ends in a loop/,
  },
  'ends in a switch that is left': {
    source: ending('switch i32(x) { case 1: { if (x > 1.0) { break; } return x; } default: { return y; } }'),
    refusedBy: ['Tint'],
    line: 1,
    message: /switch with a break/,
  },
  'assigns to several components': {
    source: strategyOf('  var v = vec3f(r);\n  v.xy = vec2f(1.0);\n  return outcome(v.x, r, 0u);'),
    refusedBy: ['naga'],
    line: 4,
    message: /\.xy.*one by one/,
  },
  'adds to several components': {
    source: strategyOf('  var v = vec3f(r);\n  v.rg += vec2f(1.0);\n  return outcome(v.x, r, 0u);'),
    refusedBy: ['naga'],
    line: 4,
    message: /one by one/,
  },
  'two signs': { source: ofValue('r--1.0'), refusedBy: ['naga'], line: 3, message: /space between/ },
  'a constant of mix': {
    source: strategyOf('  return outcome(K, r, 0u);', 'const K = mix(1.0, 2.0, 0.5);\n'),
    refusedBy: ['naga'],
    line: 1,
    message: /mix in a const/,
  },
  'a constant of bits': {
    source: strategyOf('  return outcome(K, r, 0u);', 'const K = bitcast<f32>(0x3f800000u);\n'),
    refusedBy: ['naga'],
    line: 1,
    message: /bitcast in a const/,
  },
  'a local constant': {
    source: strategyOf('  const k = smoothstep(0.0, 1.0, 0.5);\n  return outcome(k, r, 0u);'),
    refusedBy: ['naga'],
    line: 3,
    message: /smoothstep in a const/,
  },
  'smoothstep of numbers': {
    source: ofValue('smoothstep(0.0, 1.0, 0.5)'),
    refusedBy: ['naga'],
    line: 3,
    message: /of numbers alone/,
  },
  ...Object.fromEntries(
    (
      [
        ['&&', '||', 'r > 1.0 && r < 2.0 || r > 3.0'],
        ['||', '&&', 'r > 1.0 || r < 2.0 && r > 3.0'],
        ['<<', '+', '(1u << 2u + 1u) > 0u'],
        ['+', '<<', '(1u + 2u << 1u) > 0u'],
        ['*', '<<', '(2u * 2u << 1u) > 0u'],
        ['<<', '<<', '(1u << 2u << 1u) > 0u'],
        ['&', '+', '(1u & 2u + 1u) > 0u'],
        ['&', '<', '(r > 1.0) & r < 2.0'],
        ['&', '|', '(1u & 2u | 1u) > 0u'],
        ['&', '&&', '(r > 1.0) & (r < 2.0) && true'],
        ['<', '==', 'r < 1.0 == true'],
      ] as const
    ).map(([one, other, expression]): [string, Difference] => [
      `mixes ${one} and ${other}`,
      {
        source: ofFlag(expression),
        refusedBy: ['Tint'],
        line: 3,
        message: new RegExp(`Mixing ${one.replace(/[|+*]/g, '\\$&')} and ${other.replace(/[|+*]/g, '\\$&')}`),
      },
    ]),
  ),
};

/** What both compilers take, and a check that reads too little would refuse. */
export const PORTABLE: Readonly<Record<string, string>> = {
  'a return after a loop': ending(`${loop}\n  return y;`),
  'if and else that return': ending('if (x > 1.0) { return x; } else if (x > 0.5) { return 1.0; } else { return y; }'),
  'a switch that returns': ending('switch i32(x) { case 0, 1: { return x; } default: { return y; } }'),
  'a break of a loop in a switch that returns': ending(
    'switch i32(x) { case 0: { for (var i = 0; i < 3; i++) { break; } return x; } default: { return y; } }',
  ),
  'a function without a value that ends in a loop': strategyOf(
    `  wait();\n${FINE}`,
    'fn wait() {\n  for (var i = 0; i < 3; i++) { }\n}\n',
  ),
  'one component': strategyOf('  var v = vec3f(r);\n  v.x = 1.0;\n  return outcome(v.x, r, 0u);'),
  'a field named like components': strategyOf(
    '  var p: Pair;\n  p.ab = 1.0;\n  return outcome(p.ab, r, 0u);',
    'struct Pair { ab: f32, g: f32 }\n',
  ),
  'operators in parentheses': ofFlag('(r > 1.0 && r < 2.0) || (r > 3.0)'),
  'arithmetic and comparisons': ofFlag('r * 2.0 + 1.0 < -r - 1.0 && r % 2.0 >= 0.5 && !(r > 1.0)'),
  'types with brackets': ofFlag('vec2<f32>(r, 1.0).x < 2.0 && bitcast<vec2<u32>>(vec2f(r)).x > 1u'),
  'several comparisons in arguments': ofValue('select(select(1.0, 2.0, r > 1.0), r, r < 0.5)'),
  'bits alone': ofFlag('(1u & 2u & 3u) > 0u'),
  'a negative number': ofValue('r * -2.0 - -1.0'),
  decrements: strategyOf(`  var i = 3;\n  i--;\n  for (var j = 3; j > 0; j--) { }\n${FINE}`),
  'mix of the token': ofValue('mix(1.0, 2.0, r) + smoothstep(0.0, 1.0, r)'),
  'mix of typed numbers': ofValue('mix(1.0, 2.0, f32(0.5)) + smoothstep(0.0, 1.0, 0.5f)'),
  'constants of other functions': strategyOf(
    '  return outcome(K * r, r, 0u);',
    'const K = exp(1.0) + clamp(2.0, 0.0, 1.0) + select(1.0, 2.0, true);\n',
  ),
  'bits of a value': ofValue('bitcast<f32>(bitcast<u32>(r) | 1u)'),
  'numbers of all forms': ofValue('1e-3 + .5 + 1. + 0x1.8p1 + 2f + 1e3f'),
};

/** Numbers of a token that are not finite, by bits of a value that is only known when the kernel runs. */
export const NOT_FINITE: readonly (readonly [name: string, expression: string])[] = [
  ['the bits of infinity', 'bitcast<f32>(bitcast<u32>(token.ratio) * 0u + 0x7f800000u)'],
  ['the bits of a NaN', 'bitcast<f32>(bitcast<u32>(token.ratio) | 0x7fc00000u)'],
];

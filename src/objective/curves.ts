/**
 * Clip rules as curves: value and weight at chosen tokens, by the functions that train. Also where a custom rule is
 * compiled first, in a module that holds nothing but the token, with the compiler's messages on the user's lines.
 */
import curveSource from '../../shaders/objective/curve.wgsl?raw';
import tokenSource from '../../shaders/objective/policy-token.wgsl?raw';
import { StudioError } from '../errors.ts';
import type { Gpu } from '../gpu/device.ts';
import { Readback } from '../gpu/readback.ts';
import { specialize } from '../gpu/wgsl.ts';
import { ZONES } from '../run/step-record.ts';
import type { ResolvedStrategy } from '../run/strategies/strategy-config.ts';
import type { CurveAnswer, CurvePoint, StrategyProblem } from '../views/strategy-views.ts';
import { guardedSource, strategyError, strategyProblems } from './custom-strategy.ts';
import { parametersStruct, parametersWords, strategySource } from './strategy-source.ts';

const POINT_WORDS = 8;
const ANSWER_WORDS = 8;
/** Entropy of the old policy that points stand for; only its ratio matters, and only to ERC. */
const OLD_ENTROPY = 0.5;
/** A compiler that takes longer has met something it cannot do. */
const COMPILE_SECONDS = 20;

function curveKernel(rule: ResolvedStrategy) {
  return {
    label: `curve of ${rule.title}`,
    source: parametersStruct(rule) + tokenSource + curveSource + strategySource(rule),
    constants: { CUSTOM: Number(rule.custom), LOG_BAND: Number(rule.name === 'gmpo') },
    entryPoint: 'studio_curve',
  };
}

/**
 * @returns an answer a point
 * @throws StudioError `internal` when a built-in rule does not compile; custom rules are to be checked first
 */
export async function ruleCurve(
  gpu: Gpu,
  rule: ResolvedStrategy,
  points: readonly CurvePoint[],
): Promise<CurveAnswer[]> {
  if (points.length === 0) return [];
  const pipeline = await gpu.pipeline(curveKernel(rule));
  const words = new Float32Array(points.length * POINT_WORDS);
  const {
    low_start: low = 1 - (rule.parameters.eps_low ?? 0.2),
    high_start: high = 1 + (rule.parameters.eps_high ?? 0.2),
  } = rule.parameters;
  for (const [i, point] of points.entries())
    words.set(
      [
        point.logRatio,
        point.advantage,
        point.oldLogprob,
        OLD_ENTROPY * (point.entropyRatio ?? 1),
        OLD_ENTROPY,
        point.length ?? 1,
        low,
        high,
      ],
      i * POINT_WORDS,
    );
  const parameters = parametersWords(rule);
  const uniform = gpu.buffer(
    'curve parameters',
    parameters.byteLength,
    GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
  );
  const input = gpu.buffer('curve points', words.byteLength);
  const output = gpu.buffer('curve answers', points.length * ANSWER_WORDS * 4);
  const readback = new Readback(gpu, 'curve', output.size);
  try {
    const { queue } = gpu.device;
    queue.writeBuffer(uniform, 0, parameters);
    queue.writeBuffer(input, 0, words);
    const group = gpu.bindGroup('curve', pipeline, [
      { buffer: uniform },
      { buffer: input, size: words.byteLength },
      { buffer: output },
    ]);
    const encoder = gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(Math.ceil(points.length / 64));
    pass.end();
    queue.submit([encoder.finish()]);
    const bytes = await readback.read([{ source: output, offset: 0, bytes: points.length * ANSWER_WORDS * 4 }]);
    return answersOf(bytes, points.length);
  } finally {
    readback.destroy();
    for (const buffer of [uniform, input, output]) gpu.release(buffer);
  }
}

function answersOf(bytes: ArrayBuffer, count: number): CurveAnswer[] {
  const floats = new Float32Array(bytes);
  const words = new Uint32Array(bytes);
  return Array.from({ length: count }, (_, i) => {
    const at = i * ANSWER_WORDS;
    const flags = words[at + 2] ?? 0;
    return {
      value: floats[at] ?? NaN,
      weight: floats[at + 1] ?? NaN,
      zone: ZONES[words[at + 3] ?? 0] ?? 'inside',
      clipped: (flags & 1) !== 0,
      dualClipped: (flags & 2) !== 0,
      broken: (flags & 4) !== 0,
      exhausted: (flags & 8) !== 0,
      low: floats[at + 5] ?? NaN,
      high: floats[at + 6] ?? NaN,
      push: floats[at + 7] ?? NaN,
    };
  });
}

/**
 * Points on which a custom rule is tried before it may train: both signs of A, ratios from e^-3 to e^3, rare and likely
 * tokens.
 */
const TRIAL: CurvePoint[] = [-1, 0, 1].flatMap((advantage) =>
  [-8, -1, -0.01].flatMap((oldLogprob) =>
    [-3, -0.7, -0.2, 0, 0.2, 0.7, 3].map((logRatio) => ({ advantage, oldLogprob, logRatio })),
  ),
);

/**
 * Compiles a custom rule by itself and tries it out.
 *
 * @returns problems by line of the user's source, and what the trial found; no problems: it may train
 */
export async function checkCustomRule(gpu: Gpu, rule: ResolvedStrategy): Promise<StrategyProblem[]> {
  const found = strategyProblems(rule.source);
  if (found.length > 0) return found;
  const kernel = curveKernel(rule);
  const offset = (parametersStruct(rule) + tokenSource + curveSource).split('\n').length;
  const code = specialize(kernel.source, kernel.constants);
  // Directives are whole lines: what they remove stands before the rule.
  const removed = kernel.source.split('\n').length - code.split('\n').length;
  gpu.device.pushErrorScope('validation');
  const shader = gpu.device.createShaderModule({ label: kernel.label, code });
  // Popped at once: scopes are a stack, and other work may push its own while this one waits.
  const scope = gpu.device.popErrorScope();
  const info = await shader.getCompilationInfo();
  await scope;
  const lines = rule.source.split('\n').length;
  const errors = info.messages
    .filter(({ type }) => type === 'error')
    .map(({ lineNum, linePos, message }): StrategyProblem => {
      const line = lineNum - (offset - removed);
      const inside = line >= 1 && line <= lines;
      return {
        line: Math.max(1, Math.min(lines, line)),
        column: inside ? Math.max(1, linePos) : 1,
        message: message.trim(),
      };
    });
  if (errors.length > 0) return errors;
  try {
    await Promise.race([
      gpu.pipeline(kernel),
      new Promise((_, reject) =>
        setTimeout(
          () => reject(new StudioError('input', `The compiler did not finish within ${COMPILE_SECONDS} seconds.`)),
          COMPILE_SECONDS * 1000,
        ),
      ),
    ]);
  } catch (error) {
    return [{ line: 1, column: 1, message: error instanceof Error ? error.message : String(error) }];
  }
  const answers = await ruleCurve(gpu, rule, TRIAL);
  const worst = answers.findIndex(({ broken, exhausted }) => broken || exhausted);
  if (worst < 0) return [];
  const point = TRIAL[worst] as CurvePoint;
  const where = `r = ${Math.exp(point.logRatio).toPrecision(3)}, A = ${point.advantage}, old probability ${Math.exp(point.oldLogprob).toPrecision(2)}`;
  return [
    {
      line: 1,
      column: 1,
      message: answers[worst]?.exhausted
        ? `The strategy loops without end at ${where}.`
        : `The strategy gives no finite number at ${where}.`,
    },
  ];
}

/** @throws StudioError `input` with the first problem of a custom rule that may not train */
export async function assertStrategyWorks(gpu: Gpu, rule: ResolvedStrategy): Promise<void> {
  if (!rule.custom) return;
  const problems = await checkCustomRule(gpu, rule);
  if (problems.length > 0) throw strategyError(problems);
  guardedSource(rule.source);
}

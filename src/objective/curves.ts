/**
 * Strategies as curves: value and weight at given tokens, by the functions used in training. A custom strategy is first
 * compiled here, in a module that contains only the token, with the compiler's messages on the user's lines.
 */
import curveSource from '../../shaders/objective/curve.wgsl?raw';
import exponentialSource from '../../shaders/objective/exponential.wgsl?raw';
import tokenSource from '../../shaders/objective/policy-token.wgsl?raw';
import { StudioError } from '../errors.ts';
import type { Gpu } from '../gpu/device.ts';
import { Readback } from '../gpu/readback.ts';
import { specialize } from '../gpu/wgsl.ts';
import { ZONES } from '../run/step-record.ts';
import type { ResolvedStrategy } from '../run/strategies/strategy-config.ts';
import type { CurveAnswer, CurvePoint, StrategyProblem } from '../views/strategy-views.ts';
import { compilerProblems } from './compiler-messages.ts';
import { guardedSource, strategyError, strategyProblems } from './custom-strategy.ts';
import { portabilityProblems } from './portable-wgsl.ts';
import { CurveAnswerRecord, CurvePointRecord, TOKEN_FLAGS, tokenCodes } from './records.ts';
import { parametersStruct, parametersWords, strategySource } from './strategy-source.ts';

/** Entropy of the old policy at every point; only the entropy ratio matters, and only to ERC. */
const OLD_ENTROPY = 0.5;
/** Compile timeout, ms: a compiler that takes longer has failed. */
const COMPILE_SECONDS = 20;

/** The source before the strategy's functions. */
function curveModule(strategy: ResolvedStrategy): string {
  const records = CurvePointRecord.wgsl + CurveAnswerRecord.wgsl;
  return parametersStruct(strategy) + tokenCodes + exponentialSource + tokenSource + records + curveSource;
}

function curveKernel(strategy: ResolvedStrategy) {
  return {
    label: `curve of ${strategy.title}`,
    source: curveModule(strategy) + strategySource(strategy),
    constants: {
      CUSTOM: Number(strategy.custom),
      LOG_BAND: Number(strategy.name === 'gmpo'),
      FUTURE: Number(strategy.name === 'fipo'),
    },
    entryPoint: 'studio_curve',
  };
}

/** The module in which a custom strategy is compiled by itself, and the number of its lines before the strategy. */
export function isolatedModule(strategy: ResolvedStrategy) {
  const kernel = curveKernel(strategy);
  const code = specialize(kernel.source, kernel.constants);
  // Directives are whole lines: the lines they remove come before the strategy.
  const removed = kernel.source.split('\n').length - code.split('\n').length;
  return { kernel, code, before: curveModule(strategy).split('\n').length - removed };
}

/**
 * @returns one result per point
 * @throws StudioError `internal` when a built-in strategy does not compile; check custom ones first
 */
export async function strategyCurve(
  gpu: Gpu,
  strategy: ResolvedStrategy,
  points: readonly CurvePoint[],
): Promise<CurveAnswer[]> {
  if (points.length === 0) return [];
  const pipeline = await gpu.pipeline(curveKernel(strategy));
  const records = CurvePointRecord.array(points.length);
  const {
    low_start: low = 1 - (strategy.parameters.eps_low ?? 0.2),
    high_start: high = 1 + (strategy.parameters.eps_high ?? 0.2),
  } = strategy.parameters;
  for (const [i, { logRatio, advantage, oldLogprob, entropyRatio = 1, length = 1 }] of points.entries())
    records.set(i, {
      logRatio,
      advantage,
      oldLogprob,
      entropy: OLD_ENTROPY * entropyRatio,
      oldEntropy: OLD_ENTROPY,
      length,
      low,
      high,
    });
  const parameters = parametersWords(strategy);
  const uniform = gpu.buffer(
    'curve parameters',
    parameters.byteLength,
    GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
  );
  const input = gpu.buffer('curve points', records.u32.byteLength);
  const output = gpu.buffer('curve answers', points.length * CurveAnswerRecord.bytes);
  const readback = new Readback(gpu, 'curve', output.size);
  try {
    const { queue } = gpu.device;
    queue.writeBuffer(uniform, 0, parameters);
    queue.writeBuffer(input, 0, records.u32);
    const group = gpu.bindGroup('curve', pipeline.getBindGroupLayout(0), [
      { buffer: uniform },
      { buffer: input, size: records.u32.byteLength },
      { buffer: output },
    ]);
    const encoder = gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(Math.ceil(points.length / 64));
    pass.end();
    queue.submit([encoder.finish()]);
    const bytes = await readback.read([{ source: output, offset: 0, bytes: points.length * CurveAnswerRecord.bytes }]);
    return answersOf(bytes);
  } finally {
    readback.destroy();
    for (const buffer of [uniform, input, output]) gpu.release(buffer);
  }
}

function answersOf(bytes: ArrayBuffer): CurveAnswer[] {
  const records = CurveAnswerRecord.over(bytes);
  return Array.from({ length: records.length }, (_, i) => {
    const { value, weight, zone, flags, low, high, push } = records.get(i);
    const has = (flag: keyof typeof TOKEN_FLAGS) => (flags & TOKEN_FLAGS[flag]) !== 0;
    return {
      value,
      weight,
      zone: ZONES[zone] ?? 'inside',
      clipped: has('clipped'),
      dualClipped: has('dualClipped'),
      // Also by the numbers as they arrive: a compiler that assumes finite numbers may fold the kernel's own test.
      broken: has('notFinite') || ![value, weight, push].every(Number.isFinite),
      exhausted: has('exhausted'),
      low,
      high,
      push,
    };
  });
}

/**
 * Points on which a custom strategy is tried before it may train: both signs of A, ratios from e^-3 to e^3, rare and
 * likely tokens.
 */
const TRIAL: CurvePoint[] = [-1, 0, 1].flatMap((advantage) =>
  [-8, -1, -0.01].flatMap((oldLogprob) =>
    [-3, -0.7, -0.2, 0, 0.2, 0.7, 3].map((logRatio) => ({ advantage, oldLogprob, logRatio })),
  ),
);

/**
 * Compiles a custom strategy in isolation and tests it.
 *
 * @returns problems by line of the user's source, and those found by the test; if none, it may train
 */
export async function checkCustomStrategy(gpu: Gpu, strategy: ResolvedStrategy): Promise<StrategyProblem[]> {
  if (!strategy.custom) return [];
  const found = strategyProblems(strategy.source);
  if (found.length > 0) return found;
  const unportable = portabilityProblems(strategy.source);
  if (unportable.length > 0) return unportable;
  const { kernel, code, before } = isolatedModule(strategy);
  gpu.device.pushErrorScope('validation');
  const shader = gpu.device.createShaderModule({ label: kernel.label, code });
  // Popped immediately: scopes are a stack, and other work may push its own while this one waits.
  const scope = gpu.device.popErrorScope();
  const info = await shader.getCompilationInfo();
  await scope;
  const errors = compilerProblems(info.messages, before, strategy.source);
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
  const answers = await strategyCurve(gpu, strategy, TRIAL);
  const worst = answers.findIndex(({ broken, exhausted }) => broken || exhausted);
  if (worst < 0) return [];
  const point = TRIAL[worst] as CurvePoint;
  const where =
    `r = ${Math.exp(point.logRatio).toPrecision(3)}, A = ${point.advantage}, old probability ` +
    `${Math.exp(point.oldLogprob).toPrecision(2)}`;
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

/** @throws StudioError `input` with the first problem of a custom strategy that may not train */
export async function assertStrategyWorks(gpu: Gpu, strategy: ResolvedStrategy): Promise<void> {
  if (!strategy.custom) return;
  const problems = await checkCustomStrategy(gpu, strategy);
  if (problems.length > 0) throw strategyError(problems);
  guardedSource(strategy.source);
}

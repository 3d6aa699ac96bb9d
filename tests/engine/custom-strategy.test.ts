/**
 * Custom strategies on the GPU: compiled in isolation, errors with their lines, loops stopped, and the run's weights
 * kept when a strategy fails.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import { readFloats } from '../../src/gpu/readback.ts';
import { checkCustomStrategy, isolatedModule, strategyCurve } from '../../src/objective/curves.ts';
import { STRATEGY_SOURCES } from '../../src/objective/strategy-sources.ts';
import { resolveStrategy, type CustomStrategyConfig } from '../../src/run/strategies/strategy-config.ts';
import { RunSession } from '../../src/session/session.ts';
import { testGpu, testTuner } from '../support/gpu.ts';
import { COMPILE_ERRORS, DIFFERENCES, NOT_FINITE, PORTABLE } from '../support/strategy-cases.ts';
import { tinyRun } from '../support/tiny-run.ts';

let gpu: Gpu;
let tuner: Tuner;
beforeAll(async () => {
  gpu = await testGpu();
  tuner = testTuner(gpu);
});
afterAll(() => gpu.destroy());

const custom = (source: string, parameters: Record<string, number> = {}): CustomStrategyConfig => ({
  name: 'custom',
  title: 'Mine',
  source,
  parameters,
});
const ofBody = (body: string, parameters: Record<string, number> = {}) =>
  custom(`fn strategy(token: Token) -> Outcome {\n${body}\n}`, parameters);

const points = [-1, 1].flatMap((advantage) =>
  [0.5, 0.8, 1, 1.2, 1.4, 4].map((ratio) => ({ advantage, logRatio: Math.log(ratio), oldLogprob: -1 })),
);

describe('a custom strategy', () => {
  it('with the source of a built-in strategy gives the same curve and the same run', async () => {
    const source = STRATEGY_SOURCES.gppo;
    const parameters = { eps_low: 0.2, eps_high: 0.28, beta1: 1, beta2: 1, dual_clip: 0, only_high: 0 };
    expect(await checkCustomStrategy(gpu, resolveStrategy(custom(source, parameters)))).toEqual([]);
    expect(await strategyCurve(gpu, resolveStrategy(custom(source, parameters)), points)).toEqual(
      await strategyCurve(gpu, resolveStrategy({ name: 'gppo' }), points),
    );
    const metricsOf = async (strategy: object) => {
      const session = await RunSession.create({ gpu, tuner, config: tinyRun({}, { strategy }), checkpoint: undefined });
      const metrics = [];
      for (let step = await session.next(); step; step = await session.next())
        metrics.push(...step.records.map((record) => record.metrics));
      session.destroy();
      return metrics;
    };
    expect(await metricsOf(custom(source, parameters))).toEqual(await metricsOf({ name: 'gppo' }));
  });

  it.each([
    ['return outcome(1.0, token.nothing, 0u);', 2, /nothing/],
    ['let x = 1;\nlet y: f32 = x + true;\nreturn outcome(1.0, 1.0, 0u);', 3, /./],
    ['return outcome(1.0, 1.0, 0u)', 3, /;/],
    ['records[0].weight = 1.0;\nreturn outcome(1.0, 1.0, 0u);', 2, /records/],
    ['return outcome(parameters.missing, 1.0, 0u);', 2, /missing/],
  ])('that does not compile (%j) reports the error in line %i', async (body, line, message) => {
    const [problem] = await checkCustomStrategy(gpu, resolveStrategy(ofBody(body)));
    expect(problem?.line).toBe(line);
    expect(problem?.message).toMatch(message);
  });

  it.each(COMPILE_ERRORS)(
    'with an error ($name) is reported in line $line, in one sentence',
    async ({ source, line }) => {
      const problems = await checkCustomStrategy(gpu, resolveStrategy(custom(source)));
      expect(problems[0]?.line).toBe(line);
      expect(problems[0]?.message).toMatch(/^.+$/);
    },
  );

  it('that other browsers reject is refused before it is compiled; Tint judges the cases as they say', async () => {
    const errorsOf = async (source: string) => {
      gpu.device.pushErrorScope('validation');
      const { code } = isolatedModule(resolveStrategy(custom(source)));
      const info = await gpu.device.createShaderModule({ code }).getCompilationInfo();
      await gpu.device.popErrorScope();
      return info.messages.filter(({ type }) => type === 'error').map(({ message }) => message);
    };
    for (const [name, { source, refusedBy, message }] of Object.entries(DIFFERENCES)) {
      const errors = await errorsOf(source);
      expect(errors.length > 0, `${name}: ${errors.join()}`).toBe(refusedBy.includes('Tint'));
      expect((await checkCustomStrategy(gpu, resolveStrategy(custom(source))))[0]?.message).toMatch(message);
    }
    for (const [name, source] of Object.entries(PORTABLE)) expect(await errorsOf(source), name).toEqual([]);
  });

  it('with an endless loop is stopped and reported', async () => {
    const endless = ofBody('var x = token.ratio;\nwhile (x > 0.0) { x = x + 1.0; }\nreturn outcome(x, x, 0u);');
    const problems = await checkCustomStrategy(gpu, resolveStrategy(endless));
    expect(problems[0]?.message).toMatch(/loops without end/);
  });

  it('that returns NaN is reported with such a token', async () => {
    const problems = await checkCustomStrategy(
      gpu,
      resolveStrategy(ofBody('return outcome(1.0, sqrt(token.advantage), 0u);')),
    );
    expect(problems[0]?.message).toMatch(/no finite number at r = .*A = -1/);
  });

  it.each(NOT_FINITE)('that returns a number that is not finite by %s is reported', async (_, expression) => {
    for (const outcome of [`${expression}, 1.0, 0u`, `1.0, ${expression}, 0u`]) {
      const problems = await checkCustomStrategy(gpu, resolveStrategy(ofBody(`return outcome(${outcome});`)));
      expect(problems[0]?.message).toMatch(/no finite number/);
    }
  });

  it('that does not compile cannot start a run', async () => {
    const session = RunSession.create({
      gpu,
      tuner,
      config: tinyRun({ sft: undefined }, { strategy: ofBody('return;') }),
      checkpoint: undefined,
    });
    await expect(session).rejects.toThrow(/custom strategy is not valid: line 2/);
  });

  it.each([
    [
      'gives no finite number for',
      'let outside = bitcast<f32>(bitcast<u32>(token.ratio) | 0x7f800000u);\nif (abs(token.log_ratio) > 1e-6 && ' +
        'abs(token.log_ratio) < 0.05) { return outcome(outside, token.ratio, 0u); }\nreturn outcome(token.ratio, ' +
        'token.ratio, 0u);',
    ],
    [
      'looped too long for',
      'var x = token.ratio;\nwhile (abs(token.log_ratio) > 1e-6 && abs(token.log_ratio) < 0.05 && x > 0.0) { x = ' +
        'x + 1.0; }\nreturn outcome(token.ratio, token.ratio, 0u);',
    ],
  ])('that %s tokens only in the run ends it with the weights of the last good update', async (message, body) => {
    const config = tinyRun({ evaluation: undefined }, { steps: 6, learning_rate: 1e-3, strategy: ofBody(body) });
    const session = await RunSession.create({ gpu, tuner, config, checkpoint: undefined });
    let failure: unknown;
    for (let step = 0; step < 12 && !failure; step++) await session.next().catch((error: unknown) => (failure = error));
    const weights = await readFloats(gpu, session.model.trained, session.model.layout.trained.count);
    session.destroy();
    expect(String(failure)).toMatch(message.replace('gives', 'gave'));
    expect(weights.every(Number.isFinite)).toBe(true);
  });
});

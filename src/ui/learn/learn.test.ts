import katex from 'katex';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tokenMetrics, type ReferenceToken } from '../../../tests/reference/objective-metrics.ts';
import { parseSweep } from '../../compare/sweep.ts';
import { advantages } from '../../rl/advantages.ts';
import { adviceOf } from '../../advice/advice.ts';
import { RunConfig } from '../../run/config.ts';
import { resolveStrategy, strategyLabel } from '../../run/strategies/strategy-config.ts';
import { LEARN_PAGE_IDS, LESSON_IDS, learnAddress, learnPlace, nextLesson } from '../../store/learn-store.ts';
import { GLOSSARY } from './glossary.ts';
import { differenceTexts, EVIDENCE, intervalText } from './sweep-evidence.ts';
import {
  advantagesOf,
  logProbGradient,
  softmax,
  TINY_ANSWERS,
  tinyAdvantages,
  tinyMetrics,
  tinyRun,
} from './tiny-policy.ts';
import { TRIES } from './tries.ts';
import { KLEAR_BAND, type LessonStrategy } from './weights.ts';

const STRATEGIES: LessonStrategy[] = (['importance', 'ppo', 'gppo'] as const).map((name) => ({ name, ...KLEAR_BAND }));

describe('lesson formulas', () => {
  it("advantages equal the trainer's for every group of eight", () => {
    for (let bits = 0; bits < 256; bits++) {
      const rewards = Array.from({ length: 8 }, (_, i) => (bits >> i) & 1);
      expect([advantagesOf(rewards)]).toEqual(advantages([rewards], 'grpo'));
    }
  });
  it('the logit gradient is the derivative of log pi', () => {
    const logits = [0.3, -1, 0.8, 0];
    for (const chosen of [0, 1, 2, 3]) {
      for (const [j, slope] of logProbGradient(softmax(logits), chosen).entries()) {
        const at = (step: number) => Math.log(softmax(logits.map((logit, i) => logit + (i === j ? step : 0)))[chosen]!);
        expect(slope).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 8);
      }
    }
  });
  it('the small policy starts at r = 1 exactly, and its first update is the same for every strategy', () => {
    const runs = STRATEGIES.map((strategy) => tinyRun(strategy, 0.3, 3));
    for (const states of runs) {
      expect(states).toHaveLength(4);
      expect(states[0]!.ratios).toEqual([1, 1, 1, 1]);
      expect(states[1]!.probabilities).toEqual(runs[0]![1]!.probabilities);
      for (const { probabilities } of states) expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
    }
  });
  it('an update follows the gradient of the unclipped surrogate', () => {
    const [before, after] = tinyRun(STRATEGIES[0]!, 1e-4, 1);
    const { probabilities } = before!;
    const advantages = tinyAdvantages();
    const surrogate = (logits: readonly number[]) =>
      softmax(logits).reduce(
        (sum, p, j) => sum + (TINY_ANSWERS[j]!.drawn / 8) * (p / TINY_ANSWERS[j]!.probability) * advantages[j]!,
        0,
      );
    const logits = probabilities.map(Math.log);
    const slopes = logits.map(
      (_, j) =>
        (surrogate(logits.map((logit, i) => logit + (i === j ? 1e-5 : 0))) -
          surrogate(logits.map((logit, i) => logit - (i === j ? 1e-5 : 0)))) /
        2e-5,
    );
    const expected = softmax(logits.map((logit, j) => logit + 1e-4 * slopes[j]!));
    for (const [j, p] of after!.probabilities.entries())
      expect(p - probabilities[j]!).toBeCloseTo(expected[j]! - probabilities[j]!, 10);
  });
  it('PPO stops once all answers are clipped, GPPO continues, and lowers entropy further than no clipping', () => {
    const [importance, ppo, gppo] = STRATEGIES.map((strategy) => tinyRun(strategy, 1, 12));
    expect(ppo![8]!.weights).toEqual([0, 0, 0, 0]);
    expect(ppo![12]!.probabilities).toEqual(ppo![8]!.probabilities);
    expect(gppo![12]!.probabilities[0]).toBeGreaterThan(gppo![8]!.probabilities[0]!);
    expect(tinyMetrics(gppo![12]!).entropy).toBeLessThan(tinyMetrics(importance![12]!).entropy);
  });
  it('a clipped answer still moves, as lesson 3 states', () => {
    const states = tinyRun(STRATEGIES[1]!, 0.3, 4);
    expect(states[2]!.zones[0]).toBe('positive-high');
    expect(states[2]!.weights[0]).toBe(0);
    expect(states[4]!.ratios[0]).toBeGreaterThan(states[2]!.ratios[0]!);
  });
  it('entropy changes by the covariance of lesson 6 to first order', () => {
    const p = [0.5, 0.3, 0.15, 0.05];
    const raw = [0.2, -1, 0.7, 2];
    const advantages = raw.map((value) => value - raw.reduce((sum, one, j) => sum + p[j]! * one, 0));
    const expectation = (values: readonly number[]) => values.reduce((sum, value, j) => sum + p[j]! * value, 0);
    const logs = p.map(Math.log);
    const pushed = p.map((probability, j) => probability * advantages[j]!);
    const covariance = expectation(logs.map((log, j) => log * pushed[j]!)) - expectation(logs) * expectation(pushed);
    const entropy = (policy: readonly number[]) =>
      -policy.reduce((sum, probability) => sum + probability * Math.log(probability), 0);
    // One step of the exact policy gradient on the logits, of which dJ/dlogit_j is pi_j A_j.
    const after = softmax(logs.map((log, j) => log + 1e-5 * pushed[j]!));
    expect((entropy(after) - entropy(p)) / 1e-5).toBeCloseTo(-covariance, 4);
  });
  it('metrics of the small policy equal the reference metrics', () => {
    for (const strategy of STRATEGIES) {
      for (const state of tinyRun(strategy, 0.5, 12)) {
        const advantages = tinyAdvantages();
        const tokens = TINY_ANSWERS.flatMap(({ drawn }, j): ReferenceToken[] =>
          Array.from({ length: drawn }, () => ({
            advantage: advantages[j]!,
            weight: state.weights[j]!,
            zone: state.zones[j]!,
            ratio: state.ratios[j]!,
            logRatio: Math.log(state.ratios[j]!),
            logprob: Math.log(state.probabilities[j]!),
            factor: 1 / 8,
            entropy: 0,
            value: 0,
            clipped: false,
            dualClipped: false,
          })),
        );
        const expected = tokenMetrics(tokens);
        const found = tinyMetrics(state);
        expect(found.low).toBeCloseTo(expected['clip_ratio/low_mean']!, 12);
        expect(found.high).toBeCloseTo(expected['clip_ratio/high_mean']!, 12);
        expect(found.preserved).toBeCloseTo(expected['gradient/preserved_share']!, 12);
      }
    }
  });
});

describe('recipes of “Try it”', () => {
  const titles = (lesson: keyof typeof TRIES) => adviceOf(TRIES[lesson].config).map(({ title }) => title);
  it.each(LESSON_IDS)('%s is a complete recipe', (lesson) => {
    const { config, place, strategies, seeds, overlays } = TRIES[lesson];
    expect(RunConfig.parse(JSON.parse(JSON.stringify(config)))).toEqual(config);
    expect(config.rl).toBeDefined();
    expect(config.evaluation).toBeDefined();
    if (place === 'compare') {
      const base = { ...config };
      const sweep = parseSweep(
        {
          name: 'try',
          base,
          strategies: strategies!.map((strategy) => ({ label: strategyLabel(strategy), strategy })),
          seeds: seeds!.split(', ').map(Number),
        },
        'try',
      );
      expect(sweep.seeds).toHaveLength(3);
      // The recipe's own strategy is the baseline.
      expect(resolveStrategy(strategies![0]!)).toEqual(resolveStrategy(config.rl!.strategy));
    } else expect(strategies).toBeUndefined();
    expect(overlays !== undefined).toBe(place === 'objective');
  });
  it('the one-update recipe and the plain policy gradient never clip, and the advice says so', () => {
    expect(titles('ratio')).toContain('Clipping will never fire.');
    expect(titles('gradient')).toContain('Clipping will never fire.');
  });
  it('the advice says that the other recipes clip', () => {
    expect(titles('zones')).toContain('Clipping can fire.');
    expect(titles('gppo')).toContain('Most updates will be far off-policy.');
    expect(titles('watch')).toContain('Clipping can fire.');
    expect(titles('pipeline')).toContain('Clipping can fire.');
  });
  it('the twelve-update and narrow-range recipes equal those of the sweeps', () => {
    for (const lesson of ['watch', 'evidence'] as const)
      expect(TRIES[lesson].config.rl!.minibatches * TRIES[lesson].config.rl!.epochs).toBe(12);
    for (const [lesson, id] of [
      ['gppo', 'tight-band'],
      ['watch', 'large-updates'],
      ['evidence', 'large-updates'],
    ] as const) {
      const { name: _name, seed: _seed, rl, ...rest } = TRIES[lesson].config;
      const { name: _other, seed: _base, rl: swept, ...base } = EVIDENCE.find((one) => one.id === id)!.sweep.base;
      expect(rest).toEqual(base);
      expect({ ...rl, strategy: undefined }).toEqual({ ...swept, strategy: undefined });
    }
    const { strategies = [] } = EVIDENCE.find(({ id }) => id === 'tight-band')!.sweep;
    expect(TRIES.gppo.strategies).toEqual(strategies.slice(0, 2).map(({ strategy }) => strategy));
    expect(TRIES.watch.config.rl!.strategy).toEqual(
      EVIDENCE.find(({ id }) => id === 'large-updates')!.sweep.strategies?.[1]?.strategy,
    );
  });
  it('the pipeline has both stages, dual clip and the positive LM loss', () => {
    const { model, sft, rl } = TRIES.pipeline.config;
    expect('architecture' in model).toBe(true);
    expect(sft?.wrong_fraction).toBe(0.55);
    expect(rl).toMatchObject({
      positive_lm: 0.1,
      prompts: 64,
      responses: 8,
      minibatches: 4,
      learning_rate: 3e-4,
      strategy: { name: 'gppo', eps_low: 0.2, eps_high: 0.28, dual_clip: 10 },
    });
  });
});

describe('evidence of lesson 8', () => {
  it('the share of clipped tokens in the text is that of the summary', () => {
    const { says, summary } = EVIDENCE.find(({ id }) => id === 'tight-band')!;
    const { clippedLow, clippedHigh } = summary.strategies.find(({ label }) => label === 'ppo')!;
    expect(says).toContain(`gradient of ${Math.round(100 * (clippedLow.mean + clippedHigh.mean))} % of the tokens`);
  });

  const readme = readFileSync('docs/sweeps/README.md', 'utf8').replaceAll('`', '');
  const plain = (text: string) => text.replaceAll('−', '-');
  it('numbers of the study of regimes equal those in its results', () => {
    const { summary, folder } = EVIDENCE.find(({ id }) => id === 'best-rates')!;
    const results = readFileSync(`${folder}/results.md`, 'utf8');
    for (const strategy of summary.strategies)
      if (strategy.difference) expect(results).toContain(plain(differenceTexts(strategy).join(': ')));
  });
  it.each(EVIDENCE.filter(({ folder }) => folder === 'docs/sweeps').map((one) => [one.id, one] as const))(
    '%s: numbers equal those in docs/sweeps',
    (id, { summary }) => {
      const file = JSON.parse(readFileSync(`docs/sweeps/${id}/summary.json`, 'utf8')) as typeof summary;
      expect(summary).toEqual(file);
      const section = readme.slice(readme.indexOf(`(${id}/table.md)`), readme.indexOf(`(${id}/curves/`));
      const rows = section.split('\n').filter((line) => /^\| \w/.test(line) && !line.startsWith('| strategy'));
      expect(rows).toHaveLength(summary.strategies.length);
      for (const [i, strategy] of summary.strategies.entries()) {
        expect(rows[i]).toContain(plain(intervalText(strategy.sampled)));
        if (strategy.difference) expect(rows[i]).toContain(plain(differenceTexts(strategy).join(': ')));
        expect(rows[i]!.includes('better') || rows[i]!.includes('worse')).toBe(
          strategy.difference !== undefined && strategy.difference.verdict !== 'no difference shown',
        );
      }
    },
  );
  it('the claims of lesson 6 about the collapse hold in the sweep’s curves', () => {
    const ends = (metric: string) => {
      const rows = readFileSync(`docs/sweeps/large-updates/curves/${metric}.csv`, 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('gppo,'))
        .map((line) => Number(line.split(',')[2]));
      return rows.at(-1)! / rows[0]!;
    };
    expect(ends('critic-score-mean')).toBeLessThan(0.5);
    expect(ends('actor-entropy')).toBeGreaterThan(0.5);
  });
  it('the number of collapsed runs is as stated', () => {
    const collapsed = (id: string) =>
      Object.fromEntries(
        EVIDENCE.find((one) => one.id === id)!.summary.strategies.map(({ label, collapsed }) => [label, collapsed]),
      );
    expect(collapsed('large-updates')).toEqual({ ppo: 0, gppo: 5, importance: 0 });
    expect(collapsed('tight-band')).toEqual({ ppo: 0, gppo: 0, 'ppo, usual band': 0 });
  });
});

describe('addresses, progress and glossary', () => {
  it('addresses map to lessons and glossary entries', () => {
    for (const part of [...LESSON_IDS, ...LEARN_PAGE_IDS]) expect(learnPlace(learnAddress(part)).part).toBe(part);
    expect(learnPlace('#learn/zones').part).toBe('zones');
    expect(learnPlace('#/learn/glossary/clip-fraction')).toEqual({ part: 'glossary', term: 'clip-fraction' });
    expect(learnPlace('#/learn').part).toBeUndefined();
    expect(learnPlace('#/learn/nonsense').part).toBeUndefined();
  });
  it('the next lesson is the first that is not done', () => {
    expect(nextLesson([])).toBe('gradient');
    expect(nextLesson(['gradient', 'clip'])).toBe('ratio');
    expect(nextLesson(LESSON_IDS)).toBe('gradient');
  });
  const sources = readdirSync('src/ui/learn/lessons').map((name) =>
    readFileSync(`src/ui/learn/lessons/${name}`, 'utf8'),
  );
  it('KaTeX renders every formula', () => {
    const formulas = sources.flatMap((source) =>
      [...source.matchAll(/tex=\{String\.raw`([^`]+)`\}/g)].map(([, tex]) => tex!),
    );
    expect(formulas.length).toBeGreaterThanOrEqual(7);
    for (const tex of formulas)
      expect(() => katex.renderToString(tex, { throwOnError: true, strict: 'error' }), tex).not.toThrow();
  });
  it('the glossary is in alphabetical order and has every linked term', () => {
    const words = Object.values(GLOSSARY).map(({ term }) => term.replace('β₁', 'beta').toLowerCase());
    expect(words).toEqual([...words].sort((a, b) => a.localeCompare(b, 'en')));
    const linked = new Set(
      sources.flatMap((source) => [...source.matchAll(/<Term id="([a-z-]+)"/g)].map(([, id]) => id)),
    );
    expect(linked.size).toBeGreaterThan(15);
    for (const id of linked) expect(Object.keys(GLOSSARY)).toContain(id);
  });
});

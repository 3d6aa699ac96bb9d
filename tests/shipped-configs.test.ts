/** What the configs say that train a model of their own: that it is small, and that their task fits it. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cliSources } from '../src/cli/data-sources.ts';
import { confirmingRuns, parseSweep } from '../src/compare/sweep.ts';
import { parameterCount } from '../src/model/weights/initial-weights.ts';
import { parseRunConfig } from '../src/run/config.ts';
import { GENERATED_TASKS } from '../src/run/config/task.ts';
import { resolveRun } from '../src/session/resolved-run.ts';
import { assertSolutionsFit } from '../src/session/solution-length.ts';
import { allBands } from '../src/views/sft.ts';

/** Largest model that a config may train from random weights, so that it learns in minutes on any machine. */
const MOST_PARAMETERS = 300_000;
/** The study of regimes asks about size (docs/regimes/protocol.md, Q8). */
const LARGER: Record<string, number> = { 'train-addition-sparse-0.8M.json': 1_000_000 };

const FOLDER = new URL('../configs/', import.meta.url);
const fresh = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json') && !/^(sweep|study)-/.test(file))
  .map((file) => ({ file, config: parseRunConfig(JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')), file) }))
  .filter(({ config }) => 'architecture' in config.model);

it('every generated task has one; all but addition are trained by RL as well', () => {
  const tasks = (some: typeof fresh) => [...new Set(some.map(({ config }) => config.task.name))].sort();
  expect(tasks(fresh)).toEqual(Object.keys(GENERATED_TASKS).sort());
  const trainedByRl = tasks(fresh.filter(({ config: { sft, rl } }) => sft && rl));
  expect(trainedByRl).toEqual(['arithmetic', 'countdown', 'programs', 'sorting']);
});

/** Files that ship. */
const SOURCES = cliSources({ positionals: [], values: { data: 'public/data' } }, 'configs/config.json');

describe.each(fresh)('configs/$file', ({ file, config }) => {
  const most = LARGER[file] ?? MOST_PARAMETERS;
  it(`trains at most ${most} parameters, and its longest problem with its solution fits`, async () => {
    const run = await resolveRun(config, undefined, SOURCES);
    expect(parameterCount(run.model)).toBeLessThanOrEqual(most);
    expect(() => assertSolutionsFit(run)).not.toThrow();
  });

  it('holds out as many problems as it evaluates on', async () => {
    const { task } = await resolveRun(config, undefined, SOURCES);
    const { evaluation, seed } = config;
    if (evaluation) expect(task.heldOutProblems(evaluation.problems, seed)).toHaveLength(evaluation.problems);
  });
});

describe.each(readdirSync(FOLDER).filter((file) => file.startsWith('study-')))('configs/%s', (file) => {
  const runs = confirmingRuns(parseSweep(JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')), file));

  it('compares arms over at least 5 seeds, each of which leaves nothing out but what its filters say', async () => {
    expect(new Set(runs.map(({ seed }) => seed)).size).toBeGreaterThanOrEqual(5);
    for (const { label, seed, config } of runs.filter((run) => run.seed === runs[0]?.seed)) {
      const run = await resolveRun({ ...config, seed }, undefined, SOURCES);
      expect(parameterCount(run.model)).toBeLessThanOrEqual(MOST_PARAMETERS);
      const { sources = [] } = run.examples?.view ?? {};
      for (const [i, { leftOut, truncated, bands = [] }] of sources.entries()) {
        expect([leftOut.tooLong, leftOut.heldOut, truncated], label).toEqual([0, 0, 0]);
        const filter = run.config.sft?.sources?.[i]?.filter;
        if (!filter) expect(leftOut.filtered, label).toBe(0);
        else expect(allBands(bands).correct, label).toBe(1);
      }
    }
  });

  it('gives arms of equal amount the same problems', async () => {
    const problems = async (run: (typeof runs)[number]) => {
      const { sftData } = await resolveRun({ ...run.config, seed: run.seed }, undefined, SOURCES);
      return (sftData?.traces ?? []).map(({ problem }) => problem.prompt);
    };
    const [first = [], ...others] = await Promise.all(runs.filter((run) => run.seed === runs[0]?.seed).map(problems));
    expect(first.length).toBeGreaterThan(0);
    for (const other of others) expect(other.slice(0, first.length)).toEqual(first.slice(0, other.length));
  });
});

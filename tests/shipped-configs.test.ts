/** What the configs say that train a model of their own: that it is small, and that their task fits it. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cliSources } from '../src/cli/data-sources.ts';
import { parameterCount } from '../src/model/weights/initial-weights.ts';
import { parseRunConfig } from '../src/run/config.ts';
import { GENERATED_TASKS } from '../src/run/config/task.ts';
import { resolveRun } from '../src/session/resolved-run.ts';
import { assertSolutionsFit } from '../src/session/solution-length.ts';

/** Largest model that a config may train from random weights, so that it learns in minutes on any machine. */
const MOST_PARAMETERS = 300_000;

const FOLDER = new URL('../configs/', import.meta.url);
const fresh = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json') && !file.startsWith('sweep-'))
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

describe.each(fresh)('configs/$file', ({ config }) => {
  it(`trains at most ${MOST_PARAMETERS} parameters, and its longest problem with its solution fits`, async () => {
    const run = await resolveRun(config, undefined, SOURCES);
    expect(parameterCount(run.model)).toBeLessThanOrEqual(MOST_PARAMETERS);
    expect(() => assertSolutionsFit(run)).not.toThrow();
  });

  it('holds out as many problems as it evaluates on', async () => {
    const { task } = await resolveRun(config, undefined, SOURCES);
    const { evaluation, seed } = config;
    if (evaluation) expect(task.heldOutProblems(evaluation.problems, seed)).toHaveLength(evaluation.problems);
  });
});

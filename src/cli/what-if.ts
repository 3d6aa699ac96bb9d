/**
 * `what-if`: compares strategies on a minibatch of a stored run.
 *
 * An incomplete run is resumed and takes its next RL step, in memory only. For a complete run, a first RL step is taken
 * from its trained checkpoint under the run's recipe, with fresh optimizer moments. DIR is not changed.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { inputError } from '../errors.ts';
import { parseJsonText } from '../json-text.ts';
import { parseRunConfig, type RunConfig } from '../run/config.ts';
import { formatMetric, metricOf, type MetricName } from '../run/metrics/lookup.ts';
import { StrategyConfig, STRATEGY_NAMES } from '../run/strategies/strategy-config.ts';
import type { Estimate, WhatIf } from '../views/what-if.ts';
import { RunSession } from '../session/session.ts';
import type { TrainingSnapshot } from '../session/training-snapshot.ts';
import { checkPositionals, readArguments } from './arguments.ts';
import { cliSources } from './data-sources.ts';
import { loadCheckpoint, readBytes, readText, writeWhole } from './files.ts';
import { openNodeGpu } from './node-gpu.ts';
import { decodeState, STATE_FILE } from '../session/state-file.ts';

const ASKED = 'importance,ppo,clip-higher,gppo,cispo';

export async function whatIf(args: string[]): Promise<void> {
  const given = readArguments('what-if', args, ['strategies', 'output', 'data']);
  checkPositionals(given, 'what-if', 1);
  const folder = given.positionals[0];
  if (folder === undefined) throw inputError('what-if', 'expected the folder of a run');
  const strategies = parseStrategies(String(given.values.strategies ?? ASKED));
  const { config, state } = await readRun(folder);
  const checkpoint = 'checkpoint' in config.model ? await loadCheckpoint(config.model.checkpoint) : undefined;
  const sources = cliSources(given, join(folder, 'config.json'));
  const { gpu, tuner } = await openNodeGpu();
  try {
    const session = await RunSession.create({ gpu, tuner, config, checkpoint, sources, freeze: true }, state);
    await firstRlStep(session, folder);
    const answer = await session.whatIf(strategies);
    session.destroy();
    for (const line of lines(answer)) console.log(line);
    if (typeof given.values.output === 'string')
      await writeWhole(given.values.output, `${JSON.stringify(answer, null, 2)}\n`);
  } finally {
    gpu.destroy();
  }
}

function parseStrategies(text: string): StrategyConfig[] {
  return text.split(',').map((name) => {
    const parsed = StrategyConfig.safeParse({ name: name.trim() });
    if (!parsed.success)
      throw inputError('what-if', `--strategies: expected names of ${STRATEGY_NAMES.join(', ')}; found "${name}"`);
    return parsed.data;
  });
}

async function readRun(folder: string): Promise<{ config: RunConfig; state: TrainingSnapshot | undefined }> {
  const path = join(folder, 'config.json');
  const config = parseRunConfig(parseJsonText(await readText(path), path), path);
  if (!config.rl)
    throw inputError(path, 'rl: expected an RL stage; a run without one has no minibatch to compare strategies on');
  const exists = (file: string) =>
    stat(join(folder, file)).then(
      () => true,
      () => false,
    );
  const state = join(folder, STATE_FILE);
  if (await exists(STATE_FILE)) return { config, state: decodeState(await readBytes(state), state) };
  if (!(await exists('checkpoint')))
    throw inputError(
      folder,
      `expected ${STATE_FILE} (an interrupted run) or checkpoint/ (a complete run), found neither`,
    );
  const { sft: _, ...rest } = config;
  // With LoRA the trained adapters are merged into the checkpoint, and fresh adapters are added.
  const { freeze, lora } = config.model;
  return { config: { ...rest, model: { checkpoint: join(folder, 'checkpoint'), freeze, lora } }, state: undefined };
}

async function firstRlStep(session: RunSession, folder: string): Promise<void> {
  for (;;) {
    const step = await session.next({ freeze: true });
    if (!step) throw inputError(folder, 'the run has no RL step left; expected one to compare strategies on');
    if (step.rl) return;
  }
}

const estimate = ({ mean, error }: Estimate) => `${mean >= 0 ? '+' : ''}${mean.toFixed(4)} +- ${error.toFixed(4)}`;

const shown = (name: MetricName, value: number) => `${metricOf(name).short} ${formatMetric(name, value)}`;

/** One line per strategy, then the cosines of their gradients. */
function lines({ step, minibatch, tokens, responses, strategies, cosine, measuredOn }: WhatIf): string[] {
  const width = Math.max(...strategies.map(({ label }) => label.length));
  return [
    `step ${step}, update ${minibatch}: ${responses} responses, ${tokens} tokens; reward before ` +
      `${measuredOn.before.toFixed(4)} on ${measuredOn.problems} problems x ${measuredOn.samples} samples`,
    ...strategies.map(({ label, failed, gradientNorm, preservedShare, predicted, measured }) =>
      failed === undefined
        ? `${label.padEnd(width)}  ${shown('actor/grad_norm', gradientNorm)}  ` +
          `${shown('gradient/preserved_share', preservedShare)}  ${metricOf('critic/score/mean').short} predicted ` +
          `${estimate(predicted)}  measured ${estimate(measured)}`
        : `${label.padEnd(width)}  ${failed}`,
    ),
    'cosines of the gradients:',
    ...strategies.map(
      ({ label }, i) =>
        `${label.padEnd(width)}  ${(cosine[i] ?? []).map((value) => value.toFixed(3).padStart(7)).join('')}`,
    ),
  ];
}

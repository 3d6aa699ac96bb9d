/** `dump`: what a cluster's token dump has, and what strategies would have done with a step of it. */
import { compareStrategies } from '../dumps/compare-strategies.ts';
import { readDump } from '../dumps/read-dump.ts';
import { stepFacts } from '../dumps/step-facts.ts';
import { inputError } from '../errors.ts';
import { formatMetric, metricOf, type MetricName } from '../run/metrics/lookup.ts';
import { percent } from '../run/metrics/units.ts';
import { ZONES } from '../run/step-record.ts';
import { STRATEGY_NAMES, StrategyConfig } from '../run/strategies/strategy-config.ts';
import type { DumpComparison, DumpStepFacts } from '../views/dump.ts';
import { checkPositionals, optionalNumber, readArguments } from './arguments.ts';
import { openDataFile } from './data-file.ts';
import { openNodeGpu } from './node-gpu.ts';

const ASKED = 'gppo,ppo,clip-higher,cispo,importance';
/** Steps and faults of the text for people. */
const SHOWN = 20;

export async function dump(args: string[]): Promise<void> {
  const given = readArguments('dump', args, ['strategies', 'step'], ['json']);
  checkPositionals(given, 'dump', 1);
  const [path] = given.positionals;
  if (path === undefined) throw inputError('dump', 'expected a token dump, JSONL or Parquet');
  const strategies = strategiesOf(String(given.values['strategies'] ?? ASKED));
  const { dump: tokens, faults } = await readDump(await openDataFile(path));
  const steps = tokens.sorted;
  const last = steps.at(-1)?.step ?? 0;
  const number = optionalNumber(given, 'dump', 'step', last, { integer: true, min: 0 });
  const step = tokens.steps.get(number);
  if (!step) {
    const some = steps.slice(0, SHOWN).map((one) => one.step);
    throw inputError(
      path,
      `--step: expected one of ${some.join(', ')}${steps.length > SHOWN ? ', ..' : ''}, found ${number}`,
    );
  }
  const { gpu } = await openNodeGpu();
  try {
    const { comparison } = await compareStrategies(gpu, tokens, step, strategies);
    const facts = steps.map(stepFacts);
    if (given.values['json'] === true) {
      // A sample for drawing is of no use in text.
      const { scatter: _, ...rest } = comparison;
      const { tokens: count, responses } = tokens;
      console.log(JSON.stringify({ tokens: count, responses, faults, steps: facts, comparison: rest }));
    } else console.log([...factLines(tokens.name, facts), ...faultLines(faults), ...tableLines(comparison)].join('\n'));
  } finally {
    gpu.destroy();
  }
}

function strategiesOf(text: string): StrategyConfig[] {
  return text.split(',').map((name) => {
    const parsed = StrategyConfig.safeParse({ name: name.trim() });
    if (!parsed.success)
      throw inputError('dump', `--strategies: expected names of ${STRATEGY_NAMES.join(', ')}; found "${name}"`);
    return parsed.data;
  });
}

function factLines(name: string, steps: readonly DumpStepFacts[]): string[] {
  const sum = (value: (step: DumpStepFacts) => number) => steps.reduce((total, step) => total + value(step), 0);
  return [
    `${name}: ${sum(({ tokens }) => tokens)} tokens of ${sum(({ responses }) => responses)} responses in ` +
      `${steps.length} steps`,
    ...steps
      .slice(0, SHOWN)
      .map(
        ({ step, tokens, minibatches, kl, meanShift, maxShift }) =>
          `  step ${step}: ${tokens} tokens, ${minibatches} updates, KL ${formatMetric('actor/ppo_kl', kl)}, ` +
          `|log r| mean ${meanShift.toPrecision(3)} max ${maxShift.toPrecision(3)}`,
      ),
    ...(steps.length > SHOWN ? [`  and ${steps.length - SHOWN} more`] : []),
  ];
}

const faultLines = ({ count, list }: { count: number; list: readonly string[] }): string[] =>
  count === 0 ? [] : [`left out: ${count} rows`, ...list.map((fault) => `  ${fault}`)];

const COLUMNS: readonly MetricName[] = [
  'actor/pg_clipfrac',
  'clip_ratio/low_mean',
  'clip_ratio/high_mean',
  'gradient/preserved_share',
];

/** A Markdown table of the strategies, and the cosines of their gradients. */
function tableLines({ step, tokens, strategies, cosine }: DumpComparison): string[] {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const head = [
    'strategy',
    ...COLUMNS.map((name) => metricOf(name).short),
    'no gradient',
    ...ZONES.map((zone) => `mass ${zone}`),
  ];
  const width = Math.max(...strategies.map(({ label }) => label.length));
  return [
    `step ${step}, ${tokens} tokens; at the level of log-probs, without a model:`,
    row(head),
    row(head.map(() => '---')),
    ...strategies.map(({ label, failed, metrics, silent, zones }) =>
      failed === undefined
        ? row([
            label,
            ...COLUMNS.map((name) => formatMetric(name, metrics[name] ?? NaN)),
            percent(silent),
            ...ZONES.map((zone) => percent(zones[zone].mass)),
          ])
        : row([label, failed, ...head.slice(2).map(() => '')]),
    ),
    'cosines of the gradients by log-prob:',
    ...strategies.map(
      ({ label }, i) =>
        `${label.padEnd(width)}  ${(cosine[i] ?? []).map((value) => value.toFixed(3).padStart(7)).join('')}`,
    ),
  ];
}

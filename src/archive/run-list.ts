/** A list of runs: columns, search and order. */
import { modelName, stepsMade, type ArchivedRun, type ArchivedState } from './archived-run.ts';
import type { RunConfig } from '../run/config.ts';
import { describeStrategy, distinctLabels } from '../run/strategies/distinct-labels.ts';

export const COLUMNS = [
  'name',
  'strategy',
  'seed',
  'model',
  'steps',
  'reward',
  'accuracy',
  'started',
  'state',
] as const;
export type Column = (typeof COLUMNS)[number];

export interface Order {
  column: Column;
  descending: boolean;
}

/** Origin of a run: the Train page, a sweep, or a file. */
export const ORIGINS = ['train', 'comparison', 'file'] as const;
export type Origin = (typeof ORIGINS)[number];

/** Search and filters; an empty field matches all. */
export interface Query {
  text: string;
  /** Names, as in configs. */
  strategy: string;
  state: ArchivedState | '';
  origin: Origin | '';
}

export const EVERYTHING: Query = { text: '', strategy: '', state: '', origin: '' };

/** `SFT` for a run without RL. */
export const strategyOf = ({ config }: Pick<ArchivedRun, 'config'>): string =>
  config.rl ? describeStrategy(config.rl.strategy) : config.sft ? 'SFT' : 'evaluation';
export const originOf = ({ sweep, imported }: ArchivedRun): Origin =>
  imported ? 'file' : sweep ? 'comparison' : 'train';

/** Held-out accuracy, sampled; greedy if nothing was sampled. */
export const accuracyOf = ({ digest }: Pick<ArchivedRun, 'digest'>): number | undefined =>
  digest.sampled ?? digest.greedy;

function valueOf(run: ArchivedRun, column: Column): string | number | undefined {
  switch (column) {
    case 'strategy':
      return strategyOf(run);
    case 'seed':
      return run.config.seed;
    case 'model':
      return modelName(run.config);
    case 'steps':
      return stepsMade(run.digest);
    case 'reward':
      return run.digest.reward;
    case 'accuracy':
      return accuracyOf(run);
    default:
      return run[column];
  }
}

export function foundRuns(runs: readonly ArchivedRun[], { text, strategy, state, origin }: Query): ArchivedRun[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return runs.filter((run) => {
    if (strategy && (run.config.rl?.strategy.name ?? '') !== strategy) return false;
    if ((state && run.state !== state) || (origin && originOf(run) !== origin)) return false;
    return words.length === 0 || words.every((word) => searchedText(run).includes(word));
  });
}

/** By run: a search of a thousand runs asks for it with every key. */
const searched = new WeakMap<ArchivedRun, string>();

function searchedText(run: ArchivedRun): string {
  const known = searched.get(run);
  if (known !== undefined) return known;
  const { name, note, config, adapter } = run;
  const parts = [name, note, strategyOf(run), modelName(config), `seed ${config.seed}`, adapter];
  const text = parts.join('\n').toLowerCase();
  searched.set(run, text);
  return text;
}

/** Made on first use: that takes longer than sorting a thousand numbers. */
let collator: Intl.Collator | undefined;
const compareTexts = (a: string, b: string): number =>
  (collator ??= new Intl.Collator('en', { numeric: true, sensitivity: 'base' })).compare(a, b);

/** Sorted; runs without a value in the column are last in both directions, and equal ones are newest first. */
export function orderedRuns(runs: readonly ArchivedRun[], { column, descending }: Order): ArchivedRun[] {
  const sorted = runs.map((run) => ({ run, value: valueOf(run, column) }));
  sorted.sort(({ run: a, value: one }, { run: b, value: other }) => {
    if (one === undefined || other === undefined)
      return one === other ? b.started - a.started : one === undefined ? 1 : -1;
    const order =
      typeof one === 'number' && typeof other === 'number' ? one - other : compareTexts(String(one), String(other));
    return order === 0 ? b.started - a.started : descending ? -order : order;
  });
  return sorted.map(({ run }) => run);
}

/** Labels of the runs' strategies, in the order of the runs: title and every parameter in which they differ. */
export function strategyNames(configs: readonly RunConfig[]): string[] {
  const labels = distinctLabels(
    configs.flatMap(({ rl }) => (rl ? [rl.strategy] : [])),
    { number: false },
  );
  return configs.map((config) => (config.rl ? (labels.shift() ?? '') : strategyOf({ config })));
}

/**
 * Labels of overlaid runs, by id: their names. Several of one name have their strategy, if it differs, and their seed
 * appended, and a number if both are equal.
 */
export function labelsOf(runs: readonly Pick<ArchivedRun, 'id' | 'name' | 'config'>[]): Map<string, string> {
  const taken = new Map<string, number>();
  const strategies = strategyNames(runs.map(({ config }) => config));
  return new Map(
    runs.map(({ id, name, config }, i) => {
      const alike = runs.flatMap((run, j) => (run.name === name ? [strategies[j]] : []));
      const label = [
        name,
        ...(alike.some((strategy) => strategy !== alike[0]) ? [strategies[i]] : []),
        ...(alike.length > 1 ? [`seed ${config.seed}`] : []),
      ].join(', ');
      const count = (taken.get(label) ?? 0) + 1;
      taken.set(label, count);
      return [id, count > 1 ? `${label} (${count})` : label];
    }),
  );
}

/** What a report says of a run beside its charts, as texts: the same on the page, in the file and in Markdown. */
import { modelName, stepsMade, stepsOf, type ArchivedRun } from '../archive/archived-run.ts';
import type { RunWithRecords } from '../archive/run-folder.ts';
import { strategyOf } from '../archive/run-list.ts';
import { formatMetric, metricOf, type MetricName } from '../run/metrics/lookup.ts';
import { taskTitle } from '../run/run-name.ts';
import type { Phase, RolloutView, StepRecord } from '../run/step-record.ts';

/** A run with what a report shows of it. */
export interface ReportedRun extends RunWithRecords {
  /** Responses of its newest kept step, as the page shows them. */
  rollouts?: { step: number; responses: readonly RolloutView[] };
}

/** Responses that a report shows; the rest is in the run's archive. */
export const SHOWN_RESPONSES = 6;

export type Fact = readonly [name: string, value: string];

/** Values of a metric in one phase, in the order of the records. */
const valuesOf = (records: readonly StepRecord[], phase: Phase, name: MetricName): number[] =>
  records.flatMap((record) => (record.phase === phase ? (record.metrics[name] ?? []) : []));

/** `1.2 % -> 71.5 %`. */
function change(values: readonly number[], name: MetricName): string | undefined {
  const [first, last] = [values[0], values.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  return values.length === 1 ? formatMetric(name, last) : `${formatMetric(name, first)} → ${formatMetric(name, last)}`;
}

/** `GPPO, beta2 0.5, addition, seed 7, complete after 40 of 40 steps`. */
export function runSubtitle({ run }: Pick<ReportedRun, 'run'>): string {
  const { config, digest, state } = run;
  const steps = stepsOf(config, digest);
  const made = `${state} after ${stepsMade(digest)}${steps === undefined ? '' : ` of ${steps}`} steps`;
  return [strategyOf(run), taskTitle(config.task), `seed ${config.seed}`, made].join(', ');
}

/** First and last values, and means over the RL steps; those that the run has. */
export function headlines({ records }: Pick<ReportedRun, 'records'>): Fact[] {
  const first = (phase: Phase, name: MetricName, what: string): Fact[] => {
    const text = change(valuesOf(records, phase, name), name);
    return text === undefined ? [] : [[`${metricOf(name).title}, ${what}`, text]];
  };
  const mean = (name: MetricName): Fact[] => {
    const values = valuesOf(records, 'rl', name);
    if (values.length === 0) return [];
    const sum = values.reduce((total, value) => total + value, 0);
    return [[`${metricOf(name).title}, mean over steps`, formatMetric(name, sum / values.length)]];
  };
  return [
    ...first('rl', 'critic/score/mean', 'first → last step'),
    ...first('evaluation', 'accuracy/greedy', 'first → last'),
    ...first('evaluation', 'accuracy/sampled', 'first → last'),
    ...first('sft', 'train/loss', 'first → last step'),
    ...first('evaluation', 'eval/loss', 'first → last'),
    ...mean('clip_ratio/region_mean'),
    ...mean('gradient/preserved_share'),
  ];
}

/** `2026-11-30 06:12 UTC`. */
export const dateText = (milliseconds: number): string =>
  `${new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

export const NOT_RECORDED = 'not recorded';

/** What runs were made in; of several, each once. */
export type RunPlace = Pick<ArchivedRun, 'adapter' | 'software'>;

export function places(runs: readonly RunPlace[]): Fact[] {
  const distinct = (of: (run: RunPlace) => string | undefined) =>
    [...new Set(runs.map(of).filter(Boolean))].join('; ') || NOT_RECORDED;
  return [
    ['Adapter', distinct(({ adapter }) => adapter)],
    ['Browser or host', distinct(({ software }) => software?.host)],
    ['GPPO Studio', distinct(({ software }) => software?.studio)],
  ];
}

/** Where and when the run was made. */
export function environment({ run, records }: Pick<ReportedRun, 'run' | 'records'>): Fact[] {
  const seconds = records.reduce((sum, { time }) => sum + time.step_ms, 0) / 1000;
  return [
    ['Started', dateText(run.started)],
    ['Time in steps', seconds < 90 ? `${seconds.toFixed(1)} s` : `${(seconds / 60).toFixed(1)} min`],
    ...places([run]),
    ['Model', modelName(run.config)],
  ];
}

export const CONFIG_FILE = 'config.json';

/** A word of a command line, in quotes where a shell would not read it literally. */
export const shellWord = (text: string): string =>
  /^[\w./@:-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** The command that trains the run, with its config saved beside it. @param folder of the output */
export const trainCommand = (folder: string): string =>
  `npm run --silent cli -- train ${CONFIG_FILE} --output ${shellWord(`runs/${folder}`)}`;

/** What has to be there beside the config; empty if it is enough. */
export function requirements(config: ArchivedRun['config']): string[] {
  const { model, task } = config;
  const checkpoint = 'checkpoint' in model ? model.checkpoint : '';
  const given = task.name === 'dataset' ? task.data : undefined;
  const data = given && !given.repository && !given.path.startsWith('embedded:') ? given.path : '';
  return [
    ...(/^(?:local|state):/.test(checkpoint) || (checkpoint !== '' && !checkpoint.includes(':'))
      ? [`The checkpoint ${checkpoint} is not part of this report: export it on Models, and name its folder.`]
      : []),
    ...(checkpoint.startsWith('hub:')
      ? [`Download ${checkpoint.slice('hub:'.length)} from the hub, and name its folder in model.checkpoint.`]
      : []),
    ...(data === '' ? [] : [`The data file ${data} is not part of this report: pass its folder with --data.`]),
  ];
}

export const SAME_METRICS =
  'The same config and seed on the same adapter give the same metrics, bit for bit; other adapters round differently.';

/** What one run cannot show. */
export const ONE_SEED = 'One run with one seed: how much of this is noise, only runs with other seeds can show.';

/** Finds the studio's metrics in logs of other trainers, by the table of names. */
import { metricOf, type MetricName, type MetricRef } from '../run/metrics/lookup.ts';
import { unitOf } from '../run/metrics/units.ts';
import type { LogSeries, MetricLog } from './metric-log.ts';
import { NAME_RULES, type NameRule, type Trainer } from './metric-names.ts';

/** A series of a log that is one of the studio's metrics. */
export interface MatchedSeries {
  series: LogSeries;
  ours: MetricRef & { metric: MetricName };
  rule: NameRule;
}

export interface MatchedLog {
  matched: MatchedSeries[];
  /** Those that are no metric of the studio, have impossible values for it, or are a second name of one found. */
  others: LogSeries[];
}

/** Names that only RL logs; transformers' own, such as `loss`, are of both. */
const OF_RL = /^(reward$|rewards\/|critic\/|actor\/|val-core\/|completions\/|clip_ratio\/|frac_reward_zero_std$)/;

/** transformers writes `train/` and `eval/` before its names in TensorBoard and W&B, and `eval_` in its own log. */
export const plainName = (name: string): string => name.replace(/^train\//, '').replace(/^eval\//, 'eval_');

const PATTERNS = NAME_RULES.map((rule) => ({
  rule,
  pattern: new RegExp(
    `^${rule.theirs
      .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replace(/<(\w+)>/g, (_, key: string) =>
        key === 'k' ? '(?<k>\\d+)' : key === 'dataset' ? '(?<dataset>.+)' : `(?<${key}>[^/]+)`,
      )}$`,
  ),
}));

/** A rule's metric with the parts of the name filled in. */
function oursOf(rule: NameRule, groups: Readonly<Record<string, string>>): MatchedSeries['ours'] {
  const metric = rule.ours.replace(/<(\w+)>/g, (whole, key: string) => groups[key] ?? whole);
  return { phase: rule.phase, metric: metric as MetricName };
}

/** @returns the trainer whose names a log has */
export const trainerOf = ({ series }: Pick<MetricLog, 'series'>): Trainer =>
  series.some(({ name }) => OF_RL.test(plainName(name))) ? 'rl' : 'sft';

export function matchLog(log: Pick<MetricLog, 'series'>): MatchedLog {
  const trainer = trainerOf(log);
  const matched: MatchedSeries[] = [];
  /** The rule that a metric is already matched by. */
  const taken = new Map<string, NameRule>();
  const used = new Set<LogSeries>();
  for (const { rule, pattern } of PATTERNS) {
    if (rule.trainer !== trainer) continue;
    for (const series of log.series) {
      if (used.has(series)) continue;
      const found = pattern.exec(series.name) ?? pattern.exec(plainName(series.name));
      if (!found) continue;
      const ours = oursOf(rule, found.groups ?? {});
      const key = `${ours.phase}/${ours.metric}`;
      if (!metricOf(ours.metric) || (taken.get(key) ?? rule) !== rule || !fits(series, ours.metric)) continue;
      taken.set(key, rule);
      used.add(series);
      matched.push({ series, ours, rule });
    }
  }
  return { matched, others: log.series.filter((series) => !used.has(series)) };
}

/** Whether values are possible ones: a reward of 2 is no accuracy. */
function fits({ values }: LogSeries, metric: MetricName): boolean {
  const [lowest, highest] = unitOf(metricOf(metric).unit).range;
  return values.every((value) => value >= lowest - 1e-6 && value <= highest + 1e-6);
}

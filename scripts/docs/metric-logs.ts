/** docs/metric-logs.md, from the table of names. */
import { LOG_LIMITS } from '../../src/logs/metric-log.ts';
import { NAME_RULES, type NameRule } from '../../src/logs/metric-names.ts';
import { METRICS } from '../../src/run/metrics/declaration.ts';

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
const code = (text: string) => `\`${text.replaceAll('|', '\\|')}\``;

function table(rules: readonly NameRule[]): string {
  const rows = rules.map(({ theirs, ours, source, differs }) => [
    code(theirs),
    `${cell(METRICS[ours].title)}, ${code(ours)}`,
    cell(differs ?? ''),
    cell(source),
  ]);
  const head = ['In the log', 'In the studio', 'How it differs', 'Defined in'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

export function metricLogsDocument(): string {
  const of = (trainer: NameRule['trainer'], verl: boolean) =>
    table(NAME_RULES.filter((rule) => rule.trainer === trainer && rule.source.startsWith('verl') === verl));
  const megabytes = LOG_LIMITS.bytes / 2 ** 20;
  return `# Names in metric logs

<!-- Written by \`npm run docs\` from src/logs/metric-names.ts. Edit that file, not this one. -->

Names of other trainers that Compare, *Metric log*, and the command \`logs\` read as metrics of the studio
([cluster.md](cluster.md) says in which files). Where *How it differs* is empty, the definitions are the same.
\`train/\` and \`eval/\`, which transformers writes before its names in TensorBoard and W&B, are read as no prefix and
as \`eval_\`. Of several names of one metric, the first that a log has is used. All other names, and series with values
that the metric cannot have (a reward of 2 as an accuracy), can be drawn alone. A file has at most ${megabytes} MB,
${LOG_LIMITS.values.toLocaleString('en')} values and ${LOG_LIMITS.series.toLocaleString('en')} metrics.

## RL, verl

${of('rl', true)}

## RL, TRL

${of('rl', false)}

## SFT

A log without any name of the tables above is one of SFT.

${table(NAME_RULES.filter(({ trainer }) => trainer === 'sft'))}
`;
}

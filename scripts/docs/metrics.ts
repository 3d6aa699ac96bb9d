/** docs/metrics.md, from the declarations of the metrics. */
import { METRIC_SECTIONS, TIMES } from '../../src/run/metrics/declaration.ts';
import type { Metric } from '../../src/run/metrics/metric.ts';
import { unitOf } from '../../src/run/metrics/units.ts';
import { SPLIT_PARTS, ZONES } from '../../src/run/step-record.ts';
import { wrapped } from './prose.ts';

const PHASES = { sft: 'SFT', rl: 'RL', evaluation: 'evaluation' };

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
const code = (text: string) => `\`${text.replaceAll('|', '\\|')}\``;

function unitText({ unit }: Metric): string {
  const { label } = unitOf(unit);
  return label === '%' ? '0 to 1, shown in %' : label;
}

function sourceText({ source, paper }: Metric): string {
  return paper ? `${source}, [arXiv ${paper}](https://arxiv.org/abs/${paper})` : source;
}

function table(metrics: Record<string, Metric>): string {
  const rows = Object.entries(metrics).map(([name, metric]) => [
    code(name),
    cell(metric.title),
    metric.phases.map((phase) => PHASES[phase]).join(', '),
    unitText(metric),
    sourceText(metric),
    cell(metric.help),
  ]);
  const head = ['Name', 'Title', 'Records of', 'Unit', 'Definition', 'What it is'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

export function metricsDocument(): string {
  const list = (names: readonly string[]) => names.map(code).join(', ');
  const placeholders =
    `\`<zone>\` is one of ${list(ZONES)}: the sign of the advantage and the side of the clip range on which the ` +
    `ratio is. \`<part>\` is one of ${list(SPLIT_PARTS)}. \`<group>\` is a group of the model's parameters: ` +
    `${list(['embedding', 'layer 0'])} and so on, ${list(['head'])}.`;
  return `# Metrics

<!-- Written by \`npm run docs\` from src/run/metrics/declaration.ts. Edit that file, not this one. -->

One line of a run's \`metrics.jsonl\` is one record: \`{"step", "phase", "metrics": {name: number}, "time": {..}}\`. The
tables below have every name under \`metrics\`, then those under \`time\`. Names that verl or TRL log have their
definitions, except for what [metric-logs.md](metric-logs.md) lists. A metric whose feature is off, or that has no value
in a step (a mean over no tokens), is left out of the record.

In the texts r is the ratio of a token's probability to the one it was sampled with, A its advantage, w its gradient
weight and f its factor from the aggregation of the loss.

${Object.entries(METRIC_SECTIONS)
  .map(([title, metrics]) => `## ${title}\n\n${table(metrics)}`)
  .join('\n\n')}

${wrapped(placeholders)}

## Time

Two runs of one config on one adapter have the same metrics; only these figures differ.

${table(TIMES)}
`;
}

/** A run in a page of Markdown: for notes, issues and papers. */
import { configText } from '../archive/run-folder.ts';
import { reportMarkdown } from '../report/markdown.ts';
import { markdownText } from '../run/markdown.ts';
import { fileNameOf } from '../run/run-name.ts';
import {
  CONFIG_FILE,
  environment,
  headlines,
  ONE_SEED,
  requirements,
  runSubtitle,
  SAME_METRICS,
  trainCommand,
  type Fact,
  type ReportedRun,
} from './run-facts.ts';

const list = (facts: readonly Fact[]): string =>
  facts.map(([name, value]) => `- ${markdownText(name)}: ${markdownText(value)}`).join('\n');

export function runMarkdown(reported: ReportedRun): string {
  const { run, report } = reported;
  const parts = [
    `# ${markdownText(run.name)}`,
    markdownText(runSubtitle(reported)),
    ...(run.note === '' ? [] : [markdownText(run.note)]),
    ...(run.error === undefined ? [] : [`Failed: ${markdownText(run.error)}`]),
    list(headlines(reported)),
    ONE_SEED,
    '## How to reproduce',
    `Save the config below as ${CONFIG_FILE}, and run:`,
    `    ${trainCommand(fileNameOf(run.name))}`,
    [SAME_METRICS, ...requirements(run.config).map(markdownText)].join(' '),
    '## Environment',
    list(environment(reported)),
    '## Config',
    configText(run.config)
      .trimEnd()
      .split('\n')
      .map((line) => `    ${line}`)
      .join('\n'),
    ...(report ? [reportMarkdown(report).trimEnd().replaceAll(/^#/gm, '##')] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

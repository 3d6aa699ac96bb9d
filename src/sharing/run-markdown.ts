/** A run in a page of Markdown: for notes, issues and papers. */
import { configText } from '../archive/run-folder.ts';
import { reportMarkdown } from '../report/markdown.ts';
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

/** Text in a line, without markup of its own. */
const plain = (text: string): string => text.replace(/[\\`*_|[\]<>#]/g, '\\$&').replace(/\s+/g, ' ');

const list = (facts: readonly Fact[]): string =>
  facts.map(([name, value]) => `- ${plain(name)}: ${plain(value)}`).join('\n');

export function runMarkdown(reported: ReportedRun): string {
  const { run, report } = reported;
  const parts = [
    `# ${plain(run.name)}`,
    plain(runSubtitle(reported)),
    ...(run.note === '' ? [] : [plain(run.note)]),
    ...(run.error === undefined ? [] : [`Failed: ${plain(run.error)}`]),
    list(headlines(reported)),
    ONE_SEED,
    '## How to reproduce',
    `Save the config below as ${CONFIG_FILE}, and run:`,
    `    ${trainCommand(fileNameOf(run.name))}`,
    [SAME_METRICS, ...requirements(run.config).map(plain)].join(' '),
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

/** The report of a run as one HTML file. Pure: the same run gives the same bytes, on the page and under Node. */
import { configText, recordLines } from '../archive/run-folder.ts';
import { fileNameOf } from '../run/run-name.ts';
import { evaluationSection } from './evaluation-section.ts';
import { embeddedFile, factList, markup, section, type Html } from './html.ts';
import { page } from './page.ts';
import { runCharts } from './run-charts.ts';
import {
  CONFIG_FILE,
  environment,
  headlines,
  ONE_SEED,
  requirements,
  runSubtitle,
  SAME_METRICS,
  trainCommand,
  type ReportedRun,
} from './run-facts.ts';
import { tokenSection } from './tokens.ts';

/** Characters up to which all records are in the file; more would make it too large for mail and chat. */
const MOST_RECORDS = 900_000;

export function runPage(reported: ReportedRun): string {
  const { run, records, report, rollouts } = reported;
  const config = configText(run.config);
  return page(`${run.name}: report`, [
    heading(reported),
    factList(headlines(reported)),
    markup`<p class="aside">${ONE_SEED}</p>\n`,
    chartSection(runCharts(run.config, records, run.name)),
    section('Evaluation', ...(report ? evaluationSection(report) : [])),
    section(`Responses of step ${rollouts?.step ?? ''}, as tokens by zone`, ...tokenSection(rollouts?.responses ?? [])),
    section(
      'How to reproduce',
      markup`<p>Save ${embeddedFile(CONFIG_FILE, config)} in the folder of the studio, and run:</p>
<pre>${trainCommand(fileNameOf(run.name))}</pre>
<p>Or import ${CONFIG_FILE} on the Train page, and press Train. ${SAME_METRICS}</p>
${requirements(run.config).map((text) => markup`<p>${text}</p>`)}\n`,
    ),
    section('Environment', factList(environment(reported))),
    section('Config', markup`<pre>${config}</pre>\n`),
    section('Records', recordFile(reported)),
  ]);
}

const heading = (reported: ReportedRun): Html => {
  const { name, note, error } = reported.run;
  return markup`<header><h1>${name}</h1><p class="aside">${runSubtitle(reported)}</p>${
    note !== '' && markup`<p>${note}</p>`
  }${error !== undefined && markup`<p>Failed: ${error}</p>`}</header>\n`;
};

/** Charts side by side, and how to read them. */
export const chartSection = (charts: readonly Html[]): Html =>
  section(
    'Curves',
    charts.length > 0
      ? markup`<p class="aside">Point at a chart, or move in it with the arrow keys, for values.</p>
<div class="charts">${charts}</div>\n`
      : undefined,
  );

function recordFile({ records }: ReportedRun): Html {
  const lines = recordLines(records);
  if (lines.length <= MOST_RECORDS)
    return markup`<p>All ${records.length} records, one per line: ${embeddedFile('metrics.jsonl', lines)}</p>\n`;
  const size = (lines.length / 1e6).toFixed(1);
  return markup`<p>The ${records.length} records take ${size} MB and are not in this file: the tables of the charts
have the drawn values, the run's zip archive has all.</p>\n`;
}

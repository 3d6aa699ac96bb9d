/** The stages of a run's evaluation report, in a report as HTML; the same numbers as in report.md. */
import { accuracyRows, changeTexts, mistakeRows } from '../report/report-rows.ts';
import { askedText, changeTitle, kindsShown, STAGE_TITLES } from '../report/report-text.ts';
import type { RunReport } from '../report/run-report.ts';
import { percent } from '../run/metrics/units.ts';
import { markup, table, type Html } from './html.ts';

export function evaluationSection(report: RunReport): Html[] {
  const heads = ['', ...report.stages.map(({ stage }) => STAGE_TITLES[stage])];
  const kinds = kindsShown(report);
  return [
    markup`<p class="aside">The same held-out problems at every stage: ${askedText(report)}. Intervals are over
problems, at ${percent(report.level, 0)}.</p>\n`,
    table(heads, accuracyRows(report)),
    ...report.changes.map(
      (change) => markup`<h3>${changeTitle(change)}</h3>${changeTexts(change).map((text) => markup`<p>${text}</p>`)}\n`,
    ),
    ...(kinds.length > 0
      ? [markup`<h3>Kinds of mistakes, share of samples</h3>${table(heads, mistakeRows(report))}\n`]
      : []),
  ];
}

/** report.md: a run's report for reading, of the same numbers as report.json. */
import { compact, percent } from '../run/metrics/units.ts';
import { markdownTable, markdownText } from '../run/markdown.ts';
import { askedText, bandsOf, changeTitle, kindsShown, pointsText, STAGE_TITLES } from './report-text.ts';
import { accuracyRows, changeTexts, mistakeRows } from './report-rows.ts';
import type { RunReport, ShownAnswer, StageReport, TurnedExample } from './run-report.ts';

/** Characters of a response in report.md; report.json and the page have more. */
const SHOWN_CHARACTERS = 600;

export function reportMarkdown(report: RunReport): string {
  const { run, level, changes, examples } = report;
  const parts = [
    `# Report of ${markdownText(run.name)}`,
    `Task ${run.task}, a model of ${compact(run.parameters)} parameters. The same held-out problems at every stage: ` +
      `${askedText(report)}. Intervals are over problems, at ${percent(level, 0)}.`,
    '## Accuracy',
    markdownTable(['', ...headsOf(report)], accuracyRows(report)),
    ...changes.map(
      (change) =>
        `**${changeTitle(change)}**\n\n${changeTexts(change)
          .map((text) => `- ${text}`)
          .join('\n')}`,
    ),
    ...bandSection(report),
    ...lengthSections(report),
    '## Kinds of mistakes',
    ...mistakeSection(report),
    ...(examples.length > 0
      ? ['## Problems that turned', 'Greedy responses, drawn by the seed of the run.', ...exampleSections(report)]
      : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

const headsOf = ({ stages }: RunReport): string[] => stages.map(({ stage }) => STAGE_TITLES[stage]);

function bandSection(report: RunReport): string[] {
  const bands = bandsOf(report);
  if (bands.length === 0) return [];
  const last = report.changes.at(-1);
  const rows = bands.map((band) => {
    const turned = last?.by_difficulty[band];
    return [
      markdownText(band),
      String(report.stages[0]?.evaluation.by_difficulty[band]?.problems ?? 0),
      ...report.stages.map(({ evaluation }) => greedyAndAverage(evaluation.by_difficulty[band])),
      ...(turned ? [`${turned.gained}, ${turned.lost}: ${pointsText(turned.difference, turned.interval)}`] : []),
    ];
  });
  return [
    '## By difficulty',
    `Greedy accuracy / avg@${report.asked.samples}${last ? `; greedy, ${changeTitle(last)}` : ''}. ` +
      'Intervals of single bands are not corrected for their number.',
    markdownTable(['band', 'problems', ...headsOf(report), ...(last ? ['turned correct, incorrect'] : [])], rows),
  ];
}

type Statistics = StageReport['evaluation']['by_difficulty'][string];

const greedyAndAverage = (statistics: Statistics | undefined): string =>
  statistics
    ? `${statistics.greedy === null ? '–' : percent(statistics.greedy)} / ${percent(statistics['avg@k'])}`
    : '–';

function lengthSections(report: RunReport): string[] {
  const { stages, asked } = report;
  const solutions = Object.keys(stages[0]?.by_solution_length ?? {});
  const ranges = [...new Set(stages.flatMap(({ evaluation }) => Object.keys(evaluation.by_length)))].sort(
    (a, b) => parseInt(a, 10) - parseInt(b, 10),
  );
  return [
    ...(solutions.length > 0
      ? [
          '## By length of the solution',
          `Greedy accuracy / avg@${asked.samples}, by tokens of the worked solution.`,
          markdownTable(
            ['tokens', 'problems', ...headsOf(report)],
            solutions.map((range) => [
              range,
              String(stages[0]?.by_solution_length?.[range]?.problems ?? 0),
              ...stages.map(({ by_solution_length: lengths }) => greedyAndAverage(lengths?.[range])),
            ]),
          ),
        ]
      : []),
    '## Length of the responses',
    'Sampled responses per range of their length in tokens, and the share of them that is correct.',
    markdownTable(
      ['tokens', ...headsOf(report)],
      [
        ...ranges.map((range) => [
          range,
          ...stages.map(({ evaluation }) => {
            const own = evaluation.by_length[range];
            return own ? `${own.responses}, ${percent(own.correct)} correct` : '–';
          }),
        ]),
        ['mean', ...stages.map(({ lengths }) => lengths.sampled.mean.toFixed(1))],
        ['median', ...stages.map(({ lengths }) => String(lengths.sampled.median))],
      ],
    ),
  ];
}

function mistakeSection(report: RunReport): string[] {
  const kinds = kindsShown(report);
  if (kinds.length === 0) return ['No response is incorrect.'];
  const rows = mistakeRows(report).map(([kind = '', ...cells]) => [markdownText(kind), ...cells]);
  return [
    `Share of all sampled responses, and number of greedy ones of ${report.asked.problems}.`,
    markdownTable(['kind', ...headsOf(report)], rows),
    kinds.map((kind) => `- ${markdownText(kind)}: ${report.mistakes[kind] ?? ''}.`).join('\n'),
  ];
}

function exampleSections({ changes, examples }: RunReport): string[] {
  return changes.flatMap((change) => {
    const own = examples.filter(({ from, to }) => from === change.from && to === change.to);
    if (own.length === 0) return [];
    const list = (title: string, some: readonly TurnedExample[]) =>
      some.length === 0 ? [] : [`${title}:`, some.map(exampleItem).join('\n')];
    return [
      `**${changeTitle(change)}**`,
      ...list(
        'Turned correct',
        own.filter(({ after }) => after.correct),
      ),
      ...list(
        'Turned incorrect',
        own.filter(({ before }) => before.correct),
      ),
    ];
  });
}

function exampleItem({ prompt, answer, difficulty, before, after }: TurnedExample): string {
  const about = [`answer ${code(answer)}`, ...(difficulty === undefined ? [] : [markdownText(difficulty)])].join(', ');
  return `- ${code(prompt)} (${about}): ${shown(before)}, then ${shown(after)}`;
}

const shown = ({ response, correct, mistake }: ShownAnswer): string =>
  `${code(response)} (${correct ? 'correct' : (mistake?.kind ?? 'incorrect')})`;

/** A code span in one line, with a fence longer than the backticks of the text. */
function code(text: string): string {
  const line = text.replace(/\s*\n\s*/g, ' ⏎ ');
  const cut = line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}…` : line;
  if (cut === '') return '(nothing)';
  const longest = Math.max(0, ...[...cut.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = longest > 0 || /^ .* $/.test(cut) ? ' ' : '';
  return `${fence}${space}${cut}${space}${fence}`;
}

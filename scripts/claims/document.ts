/** docs/claims.md and docs/claims/results.json, from the declared claims and the kept results. */
import { compareCommand, resultsFolder, runsFolder, sweepFile, type Claim } from '../../src/claims/claim.ts';
import { CLAIMS } from '../../src/claims/index.ts';
import { CLAIM_MEASURES } from '../../src/claims/measures.ts';
import { FEWEST_CLAIM_SEEDS, type ComparisonOutcome } from '../../src/claims/outcome.ts';
import type { ClaimResult } from '../../src/claims/results.ts';
import {
  becauseText,
  comparisonText,
  detectableText,
  differenceText,
  effectText,
  meanText,
  paperText,
  predictionText,
  pText,
  signedNumber,
  trialsText,
  verdictText,
} from '../../src/claims/text.ts';
import { percent } from '../../src/run/metrics/units.ts';
import { wrapped } from '../docs/prose.ts';
import { resultOf } from './kept.ts';

const HEAD = `# Claims of two papers, tried at small scale

*Generated from \`src/claims/\` and the results in \`docs/claims/\` by \`npm run claims\`; do not edit.*

Eight claims of Klear-Reasoner and CE-GPPO, each as a sweep of one model of about 0.1M parameters. The
[protocol](claims/protocol.md) was written before the runs: it has the rule of the verdicts, the confirmation seeds, and
what the measures mean. Differences are paired by seed, and their intervals are at the level of Holm's correction. On
the page: Learn, Claims.

A verdict is about this size alone: the papers train models of 1.5B to 8B parameters on long chains of thought. *Not
reproduced* says that the effect is not there, or goes the other way, in the sweep that is described; it does not refute
the paper.

A run takes 15 to 40 s on SwiftShader with two idle cores. No laptop GPU was available to time a whole sweep.
`;

const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

function claimsDocument(): string {
  const all = CLAIMS.map((claim) => [claim, resultOf(claim)] as const);
  const overview = table(
    ['claim', 'paper', 'deciding differences here', 'effect size', 'seeds', 'trials before', 'verdict'],
    all.map(([claim, result]) => [
      `[${claim.number}](#${anchor(claim)}) ${claim.title}`,
      paperText(claim),
      result.outcome?.decides.map((one) => `${comparisonText(one)}: ${differenceText(one)}`).join('; ') ?? '',
      result.outcome?.decides.map(({ effect }) => effectText(effect)).join('; ') ?? '',
      `${result.complete} of ${result.planned}`,
      trialsText(result),
      result.outcome ? `**${verdictText(result)}**` : verdictText(result),
    ]),
  );
  return `${[HEAD, overview, '', ...all.map(([claim, result]) => section(claim, result))].join('\n')}`;
}

const heading = ({ number, title }: Claim): string => `${number}. ${title}`;
/** As GitHub makes them. */
const anchor = (claim: Claim): string =>
  heading(claim)
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-');

function section(claim: Claim, result: ClaimResult): string {
  const { cited, columns, rows, note } = claim.paper;
  const source = `[${cited.source.title}](${cited.source.url}), ${cited.place}`;
  const folder = resultsFolder(claim).replace('docs/', '');
  return [
    `## ${heading(claim)}`,
    '',
    wrapped(`**The claim** (${source}): ${claim.statement}`),
    '',
    table(
      ['paper', ...columns],
      rows.map(({ label, values }) => [label, ...values]),
    ),
    ...(note === undefined ? [] : ['', note]),
    '',
    wrapped(`**Here**: ${claim.here} ([config](../${sweepFile(claim)}))`),
    '',
    `    ${compareCommand(claim)}`,
    `    npm run claims -- --take ${claim.number} --from ${runsFolder(claim)}`,
    '',
    ...outcomeLines(result, folder),
    ...trialLines(result),
    ...rerunLines(claim, result),
  ].join('\n');
}

function outcomeLines(result: ClaimResult, folder: string): string[] {
  const { outcome } = result;
  if (!outcome)
    return [
      `**${capital(verdictText(result))}**: a verdict needs ${FEWEST_CLAIM_SEEDS} seeds that all arms have run.`,
      '',
    ];
  const measures = outcome.arms[0]?.measures ?? [];
  return [
    wrapped(`**${capital(outcome.verdict)}.** ${becauseText(outcome)}`),
    '',
    wrapped(
      `Seeds ${outcome.seeds.join(', ')}; means with 95 % intervals over seeds ([runs](${folder}/runs.csv), ` +
        `[table](${folder}/table.md)):`,
    ),
    '',
    table(
      [
        'arm',
        ...measures.map(({ measure }) => `${CLAIM_MEASURES[measure].title}, ${CLAIM_MEASURES[measure].unit}`),
        'at the start',
        'clipped',
        'preserved gradient',
      ],
      outcome.arms.map((arm) => [
        arm.label,
        ...arm.measures.map(({ measure, interval }) => meanText(measure, interval)),
        share(arm.startSampled),
        share(arm.clipped),
        share(arm.preservedShare),
      ]),
    ),
    '',
    table(
      [
        'comparison',
        'predicted',
        'difference',
        'p (Holm)',
        'effect size',
        'least detectable',
        'mean of two fresh seeds, 95 %',
        'verdict',
      ],
      [
        ...outcome.decides.map((one) => comparisonRow(one, '')),
        ...outcome.further.map((one) => comparisonRow(one, 'further: ')),
      ],
    ),
    '',
  ];
}

const share = (value: number | null): string => (value === null || Number.isNaN(value) ? '' : percent(value));

const comparisonRow = (one: ComparisonOutcome, before: string): string[] => [
  `${before}${comparisonText(one)}`,
  one.direction,
  differenceText(one),
  pText(one.p),
  effectText(one.effect),
  detectableText(one),
  predictionText(one),
  one.verdict,
];

function trialLines(result: ClaimResult): string[] {
  const { trials } = result;
  if (trials.length === 0) return ['No trials were made before.', ''];
  return [
    `Trials before the confirmation, ${trialsText(result)}:`,
    '',
    table(
      ['date', 'runs', 'seeds', 'tried', 'showed'],
      trials.map(({ date, runs, seeds, tried, showed }) => [
        date,
        String(runs),
        seeds.join(', ') || 'not recorded',
        tried,
        showed,
      ]),
    ),
    '',
  ];
}

function rerunLines(claim: Claim, { rerun }: ClaimResult): string[] {
  if (!rerun) return [];
  return [
    `Rerun on ${rerun.date} with fresh seeds ${rerun.seeds.join(', ')}, against the predictions above:`,
    '',
    `    npm run claims -- --rerun ${claim.number} --seeds ${rerun.seeds.join(',')}`,
    '',
    table(
      ['comparison', 'predicted', 'mean difference', ''],
      rerun.comparisons.map(({ arm, against, measure, prediction, mean, inside }) => [
        comparisonText({ arm, against, measure }),
        predictionText({ measure, prediction }),
        `${signedNumber(measure, mean)} ${CLAIM_MEASURES[measure].differenceUnit}`,
        inside ? 'inside' : 'outside',
      ]),
    ),
    '',
  ];
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Figures that machines may compute with different last digits are kept with six. */
const rounded = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;

const claimsData = (): string => `${JSON.stringify(CLAIMS.map(resultOf), rounded, 1)}\n`;

export const CLAIM_DOCS: Record<string, () => string> = {
  'docs/claims.md': claimsDocument,
  'docs/claims/results.json': claimsData,
};

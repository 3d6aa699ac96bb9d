/** Tables of the comparisons with other libraries, and of the page: frame times, time to the first results. */
import { median } from '../median.ts';
import type { GenerationRow } from '../rows.ts';
import { PEERS } from '../peers/names.ts';
import type { TrainingRow } from '../rows.ts';
import type { Section } from './section.ts';
import { giga, megabytes, number, table } from './table.ts';

const TRAINING_COLUMNS = [
  'model',
  'tokens',
  'library',
  'ms',
  'steps',
  'times ours',
  'tokens/s',
  'dispatches',
  'peak MB',
  'G multiply-adds/s',
  'first step, s',
];

export const comparisons: { [Name in 'training' | 'generation' | 'frames' | 'first-step']: Section<Name> } = {
  training: {
    title: 'Training step',
    text: (rows) =>
      'Forward, backward, Adam and the loss read back, float32; medians of interleaved steps.\n\n' +
      table(TRAINING_COLUMNS, rows.map(trainingCells)),
  },
  generation: {
    title: 'Greedy generation',
    text: (rows) =>
      'Prompts of 4 tokens, read anew in every call; all sequences of a call together. *Times slower* is against the ' +
      'studio with as many sequences.\n\n' +
      table(
        ['model', 'library', 'sequences', 'tokens each', 'tokens/s', 'times slower', 'dispatches per token'],
        rows.map((row) => generationCells(row, rows)),
      ),
  },
  frames: {
    title: "Time between frames of the studio's page",
    text: (frames) =>
      table(
        ['', 'median, ms', '95th percentile, ms'],
        Object.entries(frames).map(([name, times]) => [name, number(times.median), number(times.p95)]),
      ),
  },
  'first-step': {
    title: 'Time to the first results',
    text: (repeats) =>
      `The demo's recipe on a fresh profile without remembered kernel choices, ${repeats.length} times.\n\n${table(
        ['from pressing Train to', 'least, s', 'median, s'],
        [
          secondsRow(
            'first evaluation',
            repeats.map(({ evaluation }) => evaluation),
          ),
          secondsRow(
            'first RL step',
            repeats.map(({ step }) => step),
          ),
        ],
      )}`,
  },
};

const secondsRow = (name: string, times: readonly number[]): string[] => [
  name,
  number(Math.min(...times) / 1000),
  number(median(times) / 1000),
];

function trainingCells(row: TrainingRow): string[] {
  const head = [row.size, row.tokens.join(' x '), row.peer];
  if (row.error !== undefined) return [...head, `failed: ${row.error.slice(0, 200).replace(/\s+/g, ' ')}`];
  return [
    ...head,
    number(row.medianMs),
    String(row.steps.length),
    number(row.ratio),
    number(row.tokensPerSecond),
    String(row.dispatches),
    megabytes(row.peakBytes),
    giga(row.multiplyAdds),
    number(row.firstMs / 1000),
  ];
}

function generationCells(row: GenerationRow, rows: readonly GenerationRow[]): string[] {
  const head = [row.size, row.peer, String(row.sequences), String(row.tokens)];
  const ours = rows.find(
    ({ size, sequences, peer }) => size === row.size && sequences === row.sequences && peer === PEERS.studio.title,
  );
  if (row.error !== undefined) return [...head, `failed: ${row.error.slice(0, 200).replace(/\s+/g, ' ')}`];
  return [
    ...head,
    number(row.tokensPerSecond),
    ours ? number(ours.tokensPerSecond / row.tokensPerSecond) : '',
    number(row.dispatchesPerToken),
  ];
}

/** What SFT trains on, as it is said before the start: steps, and the examples of each source. */

/** What the rows of a teacher are, of one difficulty band. */
export interface TaughtBand {
  name: string;
  rows: number;
  /** Share of correct traces by the task's verifier. */
  correct: number;
  /** Mean length of a trace in tokens, its end token included. */
  tokens: number;
}

/** A trace as an example of what a teacher writes. */
export interface ShownTrace {
  prompt: string;
  completion: string;
  correct: boolean;
  difficulty: string;
}

export interface SftSourceView {
  name: string;
  /** Rows that can be trained on; undefined for a task that makes its own problems. */
  rows?: number;
  /** Examples per epoch; undefined where problems are drawn without epochs. */
  perEpoch?: number;
  /** Rows that are left out, by reason. */
  leftOut: { filtered: number; unsolved: number; tooLong: number; heldOut: number };
  /** Rows that are longer than the model's positions and are cut. */
  truncated: number;
  /** Of a teacher: its rows by difficulty band, and its first traces. */
  bands?: TaughtBand[];
  traces?: ShownTrace[];
}

export interface SftView {
  steps: number;
  batchSize: number;
  /** Examples of the last batch. */
  lastBatch: number;
  /** Examples per epoch; undefined where problems are drawn without epochs. */
  epochSize?: number;
  /** Passes over the rows; a fraction where the steps do not end with an epoch. */
  epochs?: number;
  truncation: 'drop' | 'left' | 'right';
  positions: number;
  sources: SftSourceView[];
  /** Held-out rows that the validation loss is measured on. */
  validationRows?: number;
}

const number = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 2 });
const plural = (count: number, what: string): string => `${number(count)} ${what}${count === 1 ? '' : 's'}`;

/** Number of steps and what an epoch is, as one sentence. */
export function stepsText({ steps, batchSize, lastBatch, epochSize, epochs }: SftView): string {
  const batches = `${plural(steps, 'step')} of ${plural(batchSize, 'example')}`;
  const last = lastBatch === batchSize ? '' : `, the last of ${number(lastBatch)}`;
  if (epochSize === undefined || epochs === undefined) return `${batches}${last}.`;
  return `${batches}${last}: ${plural(epochs, 'epoch')} of ${plural(epochSize, 'example')}.`;
}

/** How often a source's rows are drawn: `300 of 1,200 rows per epoch (25 % of it)`. */
export function shareText({ rows, perEpoch }: SftSourceView, epochSize: number | undefined): string {
  if (perEpoch === undefined || epochSize === undefined) return 'new problems in every step';
  const share = `${Number(((100 * perEpoch) / epochSize).toPrecision(3))} %`;
  if (rows === undefined) return `${plural(perEpoch, 'new problem')} per epoch (${share})`;
  const times = perEpoch / rows;
  const often =
    times === 1
      ? `all ${plural(rows, 'row')} once`
      : times < 1
        ? `${number(perEpoch)} of ${plural(rows, 'row')}`
        : `${plural(perEpoch, 'example')} of ${plural(rows, 'row')}, each ${number(times)} times`;
  return `${often} per epoch (${share})`;
}

/** What is left out or cut, as parts of a sentence. */
export function leftOutText({ leftOut, truncated }: SftSourceView, view: SftView): string[] {
  const { filtered, unsolved, tooLong, heldOut } = leftOut;
  const parts: [count: number, what: string][] = [
    [filtered, 'do not pass the filter'],
    [heldOut, 'are held out'],
    [unsolved, 'have no solution'],
    [
      tooLong,
      view.truncation === 'drop'
        ? `do not fit ${plural(view.positions, 'position')}`
        : `have nothing to train on after truncation to ${plural(view.positions, 'position')}`,
    ],
  ];
  const out = parts.filter(([count]) => count > 0).map(([count, what]) => `${number(count)} ${what}`);
  const side = view.truncation === 'left' ? 'beginning' : 'end';
  return [
    ...(out.length > 0 ? [`Left out: ${out.join(', ')}.`] : []),
    ...(truncated > 0
      ? [`${plural(truncated, 'row')} cut at the ${side} to fit ${plural(view.positions, 'position')}.`]
      : []),
  ];
}

/** A teacher's rows as a whole, and by band: `240 rows, 85 % correct, 14.2 tokens`. */
export const bandText = ({ rows, correct, tokens }: Omit<TaughtBand, 'name'>): string =>
  [
    plural(rows, 'row'),
    `${Number((100 * correct).toFixed(1))} % correct`,
    `${Number(tokens.toFixed(1))} tokens on average`,
  ].join(', ');

export function allBands(bands: readonly TaughtBand[]): Omit<TaughtBand, 'name'> {
  const rows = bands.reduce((sum, band) => sum + band.rows, 0);
  const mean = (of: (band: TaughtBand) => number) => bands.reduce((sum, band) => sum + of(band) * band.rows, 0) / rows;
  return { rows, correct: mean(({ correct }) => correct), tokens: mean(({ tokens }) => tokens) };
}

/** All of it, one line per fact, for the command line. */
export function sftLines(view: SftView): string[] {
  return [
    `SFT: ${stepsText(view)}`,
    ...view.sources.flatMap((source, i) => [
      [`SFT source ${i + 1}, ${source.name}: ${shareText(source, view.epochSize)}.`, ...leftOutText(source, view)].join(
        ' ',
      ),
      ...(source.bands ? [`  traces: ${bandText(allBands(source.bands))}.`] : []),
      ...(source.bands ?? []).map((band) => `  ${band.name}: ${bandText(band)}.`),
    ]),
    ...(view.validationRows === undefined ? [] : [`SFT validation: ${plural(view.validationRows, 'held-out row')}.`]),
  ];
}

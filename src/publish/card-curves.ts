/**
 * The curves of a model card: one SVG per chart, beside README.md, which refers to them by relative paths as the hub
 * resolves them. A picture has a white page of its own, so that it reads on the hub's light and dark pages.
 */
import { LINE_DASHES } from '../compare/line-look.ts';
import { linePlot, type PlotLine } from '../compare/plot.ts';
import { markdownText } from '../run/markdown.ts';
import { formatValue } from '../run/metrics/units.ts';
import type { RunConfig } from '../run/config.ts';
import type { StepRecord } from '../run/step-record.ts';
import { runPlots, type RunPlot } from '../sharing/run-charts.ts';

/** In the repository. */
const FOLDER = 'curves';

export interface CardCurve {
  /** In the repository, with forward slashes. */
  path: string;
  svg: string;
  /** The chart in words: what a reader without the picture gets. */
  alternative: string;
}

/** One per chart of the run's report that has values; none of a run without steps. */
export const cardCurves = ({ config, records }: { config: RunConfig; records: readonly StepRecord[] }): CardCurve[] =>
  runPlots(config, records, config.name).map((plot) => ({
    path: `${FOLDER}/${plot.name}.svg`,
    svg: linePlot(plot.lines.map(dashed), plot),
    alternative: alternativeOf(plot),
  }));

/** The pictures as a card refers to them. */
export const curveImages = (curves: readonly CardCurve[]): string[] =>
  curves.map(({ path, alternative }) => `![${markdownText(alternative)}](${path})`);

function dashed(line: PlotLine, i: number): PlotLine {
  const dash = LINE_DASHES[i % LINE_DASHES.length];
  return dash === undefined ? line : { ...line, dash };
}

/** `Reward over steps: reward 0 at step 1, 0.975 at step 40`. */
function alternativeOf({ title, unit, lines }: RunPlot): string {
  const ends = lines.map(({ label, steps, values }) => {
    const at = (i: number) => `${formatValue(unit, values.at(i) ?? NaN)} at step ${steps.at(i)}`;
    return `${label} ${values.length === 1 ? at(0) : `${at(0)}, ${at(-1)}`}`;
  });
  return `${title} over steps: ${ends.join('; ')}`;
}

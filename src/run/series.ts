/**
 * A metric over a run in a bounded number of points: when it is full, neighbours are merged in pairs, so that the data
 * sent to the page and drawn there does not grow with the run.
 */

/** Steps and a value for each, at most MAX_SERIES_POINTS; `low`/`high` bound what was averaged into a point. */
export interface Series {
  steps: number[];
  values: number[];
  low?: number[];
  high?: number[];
}
export const MAX_SERIES_POINTS = 200;

interface Point {
  step: number;
  sum: number;
  count: number;
  low: number;
  high: number;
}

export class BoundedSeries {
  private points: Point[] = [];

  constructor(private readonly most = MAX_SERIES_POINTS) {}

  /** Values that a full point joins. */
  private span = 1;

  push(step: number, value: number): void {
    const last = this.points.at(-1);
    if (last && last.count < this.span) {
      last.step = step;
      last.sum += value;
      last.count += 1;
      last.low = Math.min(last.low, value);
      last.high = Math.max(last.high, value);
      return;
    }
    if (this.points.length === this.most) this.halve();
    this.points.push({ step, sum: value, count: 1, low: value, high: value });
  }

  private halve(): void {
    const joined: Point[] = [];
    for (let i = 0; i < this.points.length; i += 2) {
      const [a, b] = [this.points[i], this.points[i + 1]];
      if (a && b)
        joined.push({
          step: b.step,
          sum: a.sum + b.sum,
          count: a.count + b.count,
          low: Math.min(a.low, b.low),
          high: Math.max(a.high, b.high),
        });
      else if (a) joined.push(a);
    }
    this.points = joined;
    this.span *= 2;
  }

  view(): Series {
    const series: Series = {
      steps: this.points.map(({ step }) => step),
      values: this.points.map(({ sum, count }) => sum / count),
    };
    if (this.span === 1) return series;
    return { ...series, low: this.points.map(({ low }) => low), high: this.points.map(({ high }) => high) };
  }
}

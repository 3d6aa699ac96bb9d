/**
 * The curves of a run in a few hundred bytes: of each a bounded number of points, whose values have 256 levels between
 * the curve's lowest and highest, as differences to the point before, which compress well.
 */
import { z } from 'zod';
import { seriesOf } from '../archive/run-curves.ts';
import { inputError } from '../errors.ts';
import type { Series } from '../run/series.ts';
import type { Phase, StepRecord } from '../run/step-record.ts';

/** By `phase/metric`, most telling first. */
export const LINKED_CURVES = [
  'rl/critic/score/mean',
  'evaluation/accuracy/greedy',
  'evaluation/accuracy/sampled',
  'sft/train/loss',
  'rl/clip_ratio/low_mean',
  'rl/clip_ratio/high_mean',
  'rl/gradient/preserved_share',
  'rl/actor/entropy',
] as const;
/** Points per curve, of which the most that fit into a link are taken. */
export const POINTS = [64, 32, 16] as const;

const LEVELS = 255;
const count = z.number().int().min(1).max(1000);

export const SharedRun = z.object({
  name: z.string().min(1).max(200),
  /** Milliseconds since 1970. */
  started: z.number().int().min(0),
  adapter: z.string().max(300),
  /** Means over its steps. */
  time: z.tuple([z.number(), z.number()]),
  /** Index into LINKED_CURVES, number of points, lowest and highest value. */
  curves: z
    .array(
      z.tuple([
        z
          .number()
          .int()
          .min(0)
          .max(LINKED_CURVES.length - 1),
        count,
        z.number(),
        z.number(),
      ]),
    )
    .max(LINKED_CURVES.length),
});
export type SharedRun = z.infer<typeof SharedRun>;

/** A run as far as a link has it. */
export interface LinkedRun extends Omit<SharedRun, 'curves' | 'time'> {
  stepMs: number;
  tokensPerSecond: number;
  curves: readonly { key: (typeof LINKED_CURVES)[number]; series: Pick<Series, 'steps' | 'values'> }[];
}

/** @param points per curve at most */
export function linkedRun(
  { name, started, adapter }: Pick<SharedRun, 'name' | 'started' | 'adapter'>,
  records: readonly StepRecord[],
  points: number,
): LinkedRun {
  const steps = records.filter(({ phase }) => phase !== 'evaluation');
  const mean = (of: (record: StepRecord) => number) =>
    Number((steps.reduce((sum, record) => sum + of(record), 0) / Math.max(1, steps.length)).toPrecision(3));
  const series = seriesOf(records, LINKED_CURVES, points);
  return {
    name: name.slice(0, 200),
    started,
    adapter: adapter.slice(0, 300),
    stepMs: mean(({ time }) => time.step_ms),
    tokensPerSecond: mean(({ time }) => time.tokens_per_second),
    curves: LINKED_CURVES.flatMap((key) => {
      const one = series[key];
      return one && one.steps.length > 0 ? [{ key, series: { steps: one.steps, values: one.values } }] : [];
    }),
  };
}

/** What of a run is JSON in a link, and the bytes of its points. */
export function packedCurves({ curves, stepMs, tokensPerSecond, name, started, adapter }: LinkedRun): {
  about: SharedRun;
  bytes: number[];
} {
  const bytes: number[] = [];
  const about = curves.map(({ key, series: { steps, values } }): SharedRun['curves'][number] => {
    const rounded = (value: number) => Number(value.toPrecision(5));
    const [low, high] = [rounded(Math.min(...values)), rounded(Math.max(...values))];
    let [step, level] = [0, 0];
    for (const to of steps) {
      pushNumber(bytes, to - step);
      step = to;
    }
    for (const value of values) {
      const at = high > low ? Math.round(LEVELS * Math.min(1, Math.max(0, (value - low) / (high - low)))) : 0;
      bytes.push((at - level) & 0xff);
      level = at;
    }
    return [LINKED_CURVES.indexOf(key), steps.length, low, high];
  });
  return { about: { name, started, adapter, time: [stepMs, tokensPerSecond], curves: about }, bytes };
}

/** LEB128: seven bits per byte, the lowest first. */
function pushNumber(bytes: number[], value: number): void {
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
}

/** @throws StudioError `input` if bytes are missing or steps do not ascend */
export function unpackedCurves(about: SharedRun, bytes: Uint8Array, where: string): LinkedRun {
  let at = 0;
  const next = (): number => {
    const byte = bytes[at++];
    if (byte === undefined) throw inputError(where, 'the curves are incomplete; the link may have been cut off');
    return byte;
  };
  const number = (): number => {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = next();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
      if (factor > 2 ** 42) throw inputError(where, 'a step of the curves is too large');
    }
  };
  const { name, started, adapter, time, curves } = about;
  return {
    name,
    started,
    adapter,
    stepMs: time[0],
    tokensPerSecond: time[1],
    curves: curves.map(([index, points, low, high]) => {
      let [step, level] = [0, 0];
      const steps = Array.from({ length: points }, (_, i) => {
        const more = number();
        if (i > 0 && more === 0) throw inputError(where, 'steps of the curves must ascend');
        step += more;
        return step;
      });
      const values = steps.map(() => {
        level = (level + next()) & 0xff;
        return low + (level / LEVELS) * (high - low);
      });
      return { key: LINKED_CURVES[index] ?? LINKED_CURVES[0], series: { steps, values } };
    }),
  };
}

/** The points as records, so that charts of stored runs draw them: an approximation, as the run's note says. */
export function recordsOf({ curves, stepMs, tokensPerSecond }: LinkedRun): StepRecord[] {
  const records = new Map<string, StepRecord>();
  for (const { key, series } of curves) {
    const slash = key.indexOf('/');
    const [phase, metric] = [key.slice(0, slash) as Phase, key.slice(slash + 1)];
    for (const [i, step] of series.steps.entries()) {
      const record = records.get(`${phase} ${step}`) ?? {
        step,
        phase,
        metrics: {},
        time: { step_ms: stepMs, tokens_per_second: tokensPerSecond },
      };
      record.metrics[metric] = series.values[i] ?? 0;
      records.set(`${phase} ${step}`, record);
    }
  }
  const order: Readonly<Record<Phase, number>> = { sft: 0, rl: 1, evaluation: 2 };
  return [...records.values()].sort((a, b) => order[a.phase] - order[b.phase] || a.step - b.step);
}

export const LINKED_NOTE =
  'From a link: curves only, rounded to 256 levels and at most 64 points. Train the recipe for exact values.';

/**
 * The studio's worker with a run that does not train: steps with made-up metrics and responses pass through the code
 * that a run's steps pass through on their way to the page. For bench/live-run.ts, which replaces the real worker.
 */
import { expose } from 'comlink';
import { TokenRecord } from '../../src/objective/records.ts';
import type { Response } from '../../src/rl/response.ts';
import type { RlStepResult } from '../../src/rl/trainer.ts';
import type { RunConfig } from '../../src/run/config.ts';
import { DENSITY_COLUMNS, DENSITY_ROWS, HISTOGRAM_BINS, type StepRecord } from '../../src/run/step-record.ts';
import { characterTokenizer } from '../../src/text/character-tokenizer.ts';
import type { StartOptions } from '../../src/views/run-view.ts';
import type { WorkerEvent } from '../../src/worker/events.ts';
import { FrameBuilder } from '../../src/worker/frame-builder.ts';
import { Paced } from '../../src/worker/paced.ts';
import { Studio } from '../../src/worker/studio.ts';
import { METRIC_NAMES } from '../metric-names.ts';

const RESPONSES = 64;
const TOKENS = 12;
/** Steps between two evaluations. */
const EVALUATED = 100;
/** Records that are sent together while the first steps are made at once. */
const BATCH = 100;

const tokenizer = characterTokenizer([...'0123456789+=']);
const wave = (step: number, k: number) => 0.5 + 0.5 * Math.sin(step / (7 + k)) * Math.cos(k);

function recordOf(step: number): StepRecord {
  return {
    step,
    phase: 'rl',
    metrics: Object.fromEntries(METRIC_NAMES.map((name, k) => [name, wave(step, k)])),
    time: { step_ms: 100, tokens_per_second: 4000 },
  };
}

const evaluationOf = (step: number): StepRecord => ({
  step,
  phase: 'evaluation',
  metrics: { 'accuracy/greedy': wave(step, 1), 'accuracy/sampled': wave(step, 2) },
  time: { step_ms: 100, tokens_per_second: 4000 },
});

function rlOf(record: StepRecord): RlStepResult {
  const tokens = RESPONSES * TOKENS;
  const records = TokenRecord.array(tokens);
  for (let i = 0; i < tokens; i++)
    for (const [field, value] of Object.entries({ ratio: wave(record.step, i % 13), zone: i % 5, weight: 1 }))
      records.setNumber(i, field as 'ratio', value);
  const responses = Array.from({ length: RESPONSES }, (_, i): Response => ({
    tokens: tokenizer.encode('123456789012'),
    logprobs: new Array<number>(TOKENS).fill(-1),
    problem: { prompt: `${i}+1=`, answer: String(i + 1), key: String(i), row: {} },
    prompt: [1],
    group: Math.floor(i / 8),
    reward: i % 2,
    correct: i % 2 === 1,
    rewards: {},
    advantage: 2 * (i % 2) - 1,
    index: i * TOKENS,
  }));
  const counts = Array.from({ length: HISTOGRAM_BINS }, (_, k) => Math.round(100 * wave(record.step, k)));
  const density = new Array<number>(DENSITY_COLUMNS * DENSITY_ROWS).fill(1);
  const distributions = { positive: counts, negative: counts, density };
  return { record, distributions, responses, records, recordedTokens: tokens, tokens };
}

class LiveRun extends Studio {
  private tell: (event: WorkerEvent) => unknown = () => undefined;

  override subscribe(listener: (event: WorkerEvent) => unknown): Promise<void> {
    this.tell = listener;
    return super.subscribe(listener);
  }

  /** Makes the steps that the run's name tells at once (`10000 steps, then 7 per second`), and then so many. */
  override start({ name, rl }: RunConfig, { run = '' }: StartOptions) {
    const [, first = 0, perSecond = 1] = (/^(\d+) steps, then (\d+)/.exec(name) ?? []).map(Number);
    const frames = new FrameBuilder();
    let step = 0;
    const paced = new Paced(() =>
      this.tell({
        type: 'frame',
        frame: {
          ...frames.frame({ state: 'running', phase: 'rl', step, steps: rl?.steps ?? 0, activity: 'rollout' }),
          run,
        },
      }),
    );
    const make = (count: number) => {
      const sent: StepRecord[] = [];
      for (let made = 0; made < count; made++) {
        const record = recordOf(++step);
        const records = step % EVALUATED === 0 ? [record, evaluationOf(step)] : [record];
        frames.add({ records, ...(made === count - 1 && { rl: rlOf(record) }) }, tokenizer);
        sent.push(...records);
      }
      this.tell({ type: 'run-records', run, records: sent });
      paced.soon();
    };
    for (let made = 0; made < first; made += BATCH) make(Math.min(BATCH, first - made));
    setInterval(() => make(1), 1000 / perSecond);
    return Promise.resolve({ ok: true as const, value: undefined });
  }
}

expose(
  new LiveRun(
    (navigator as Navigator & { gpu?: GPU }).gpu,
    new URL(`${import.meta.env.BASE_URL}models/`, self.location.origin).href,
    undefined,
  ),
);

/** What the frames of a run show, collected step by step: live runs in the worker, recorded ones in the page. */
import { BoundedSeries, type Series } from '../run/series.ts';
import {
  ZONES,
  type Phase,
  type RolloutView,
  type StepRecord,
  type TokenDistributions,
  type Zone,
} from '../run/step-record.ts';
import { withoutSleep } from './durations.ts';
import type { Frame, RunStatus, TokenScatter } from './run-view.ts';

/** What a frame shows of the tokens of one RL step. */
export interface TokenViews {
  step: number;
  /** Whether every group of the rollout had equal rewards, so that all advantages are 0. */
  noAdvantage: boolean;
  rollouts: RolloutView[];
  /** Undefined for a step whose groups were all filtered out: it has responses, but no ratios. */
  used?: { distributions: TokenDistributions; scatter?: TokenScatter };
}

/** What a frame shows of a step. */
export interface StepViews {
  records: readonly StepRecord[];
  tokens?: TokenViews;
}

export interface Progress {
  state: RunStatus;
  phase: Phase;
  step: number;
  steps: number;
  activity: string;
}

export class FrameState {
  private readonly series = new Map<string, BoundedSeries>();
  private readonly massShare = new Map<Zone, BoundedSeries>(ZONES.map((zone) => [zone, new BoundedSeries()]));
  private latest: StepRecord | undefined;
  private latestEvaluation: StepRecord | undefined;
  private noted: Frame['noted'];
  private split: StepRecord | undefined;
  private distributions: TokenDistributions | undefined;
  private scatter: TokenScatter | undefined;
  private rollouts: RolloutView[] = [];
  private rolloutStep = 0;
  private noAdvantage = false;
  private tokenStep = 0;
  /** Milliseconds of the phase's newest steps, for the remaining time. */
  private readonly durations: number[] = [];

  add({ records, tokens }: StepViews): void {
    for (const record of records) this.addRecord(record);
    if (tokens) this.addTokens(tokens);
  }

  private addRecord(record: StepRecord): void {
    const { step, note } = record;
    if (note !== undefined) this.noted = { step, note, count: (this.noted?.count ?? 0) + 1 };
    // Per-layer values are shown only for the newest split: as series they would be hundreds.
    for (const [name, value] of Object.entries(record.metrics))
      if (!name.includes('/layers/')) this.push(`${record.phase}/${name}`, record.step, value);
    if (record.phase === 'evaluation') {
      this.latestEvaluation = record;
      return;
    }
    this.push(`${record.phase}/tokens_per_second`, record.step, record.time.tokens_per_second);
    if (this.latest?.phase !== record.phase) this.durations.length = 0;
    this.latest = record;
    this.durations.push(record.time.step_ms);
    if (this.durations.length > 10) this.durations.shift();
    if (record.phase === 'rl') this.addMassShare(record);
    if (record.metrics['gradient_split/inside/norm'] !== undefined) this.split = record;
  }

  private addMassShare({ step, metrics }: StepRecord): void {
    const total = ZONES.reduce((sum, zone) => sum + (metrics[`zone/${zone}/mass`] ?? 0), 0);
    if (total === 0) return;
    for (const zone of ZONES) this.massShare.get(zone)?.push(step, (metrics[`zone/${zone}/mass`] ?? 0) / total);
  }

  private addTokens({ step, noAdvantage, rollouts, used }: TokenViews): void {
    this.rolloutStep = step;
    this.noAdvantage = noAdvantage;
    this.rollouts = rollouts;
    // Without ratios, those of the step before stay.
    if (!used) return;
    this.distributions = used.distributions;
    this.scatter = used.scatter;
    this.tokenStep = step;
  }

  private push(name: string, step: number, value: number): void {
    let series = this.series.get(name);
    if (!series) {
      series = new BoundedSeries();
      this.series.set(name, series);
    }
    series.push(step, value);
  }

  frame({ state, phase, step, steps, activity }: Progress): Frame {
    const share = Object.fromEntries(
      ZONES.map((zone) => [zone, this.massShare.get(zone)?.view() ?? { steps: [], values: [] }]),
    ) as Record<Zone, Series>;
    const mean =
      this.durations.length > 0
        ? withoutSleep(this.durations).reduce((sum, duration) => sum + duration, 0) / this.durations.length
        : undefined;
    return {
      state,
      phase,
      step,
      steps,
      activity,
      tokensPerSecond: this.latest?.time.tokens_per_second ?? 0,
      ...(mean !== undefined && { secondsLeft: (mean * (steps - step)) / 1000 }),
      ...(this.latest && { latest: this.latest }),
      ...(this.split && { split: this.split }),
      ...(this.latestEvaluation && { latestEvaluation: this.latestEvaluation }),
      ...(this.noted && { noted: this.noted }),
      series: Object.fromEntries([...this.series].map(([name, series]) => [name, series.view()])),
      ...(this.distributions && { distributions: this.distributions }),
      massShare: share,
      ...(this.scatter && { scatter: this.scatter }),
      rollouts: this.rollouts,
      rolloutStep: this.rolloutStep,
      noAdvantage: this.noAdvantage,
      tokenStep: this.tokenStep,
    };
  }
}

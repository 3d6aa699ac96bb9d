/** The page's race: several runs on the worker's GPU that advance in turn; started, paused, stepped and stopped. */
import { raceEntries, type Race } from '../compare/race.ts';
import { StudioError } from '../errors.ts';
import { assertStrategyWorks } from '../objective/curves.ts';
import type { RunConfig } from '../run/config.ts';
import { resolveStrategy } from '../run/strategies/strategy-config.ts';
import { planRace } from '../session/race-plan.ts';
import { RaceSession, type RaceStep } from '../session/race.ts';
import type { RunPlanner } from '../session/run-planner.ts';
import type { LaneResponses, LaneView, RaceFrame, RaceOptions } from '../views/race.ts';
import type { RunStatus } from '../views/run-view.ts';
import type { Device } from './device.ts';
import { errorView } from './error-view.ts';
import type { WorkerEvent } from './events.ts';
import type { GpuUse } from './gpu-use.ts';
import { Paced } from './paced.ts';
import { PreparationReport } from './preparation-report.ts';
import { firstViews, RECORDED_TOKENS } from '../rollouts/token-views.ts';

export interface RaceJobParts {
  device: Device;
  /** A planner of its own, so that the recipe's plan stays cached. */
  planner: () => RunPlanner;
  use: GpuUse;
  /** Its promise, if it returns one, settles once the page has handled the event. */
  send: (event: WorkerEvent) => unknown;
  /** Refuses a config whose rewards cannot be made. */
  checkRewards: (config: RunConfig) => Promise<void>;
}

interface HeldRace {
  readonly name: string;
  readonly session: RaceSession;
  /** Ended lanes stay in the frame. */
  readonly lanes: LaneView[];
  readonly steps: number;
  readonly abort: AbortController;
  state: RunStatus;
  turn: number | undefined;
  activity: string;
  /** Pauses once all lanes have this many steps. */
  until: number | undefined;
  /** Not sent yet, by lane. */
  readonly responses: Map<number, LaneResponses>;
  error?: RaceFrame['error'];
  wake: (() => void) | undefined;
  done: Promise<void>;
}

export class RaceJob {
  private held: HeldRace | undefined;
  private preparing: AbortController | undefined;
  private readonly frames = new Paced(() => this.sendFrame());

  constructor(private readonly parts: RaceJobParts) {}

  /** Whether it is training, or about to. */
  get running(): boolean {
    const state = this.held?.state;
    return this.preparing !== undefined || state === 'running' || state === 'pausing' || state === 'stopping';
  }

  /**
   * Resolves once all lanes are on the GPU. A race that is paused is ended once the new one is planned.
   *
   * @throws StudioError `input` for a race that cannot run, or while something else trains; as `planRace`; `cancelled`
   */
  async start(race: Race, { race: name, paused }: RaceOptions): Promise<void> {
    this.parts.use.assertFree('race');
    if (this.running) throw new StudioError('input', 'Another race is running.', 'Stop it first.');
    const preparing = new AbortController();
    this.preparing = preparing;
    const { signal } = preparing;
    const report = new PreparationReport((progress) =>
      this.parts.send({ type: 'race-preparing', race: name, progress }),
    );
    try {
      report.stage('checking');
      const entries = raceEntries(race);
      const { gpu, tuner } = await this.parts.device.open();
      const [first] = entries;
      if (first) await this.parts.checkRewards(first.config);
      for (const strategy of race.strategies) await assertStrategyWorks(gpu, resolveStrategy(strategy));
      const planned = await planRace(gpu, this.parts.planner(), entries, {
        signal,
        onProgress: (progress) => report.reading(progress),
      });
      signal.throwIfAborted();
      await this.halt();
      report.stage('loading');
      const session = await RaceSession.open(gpu, tuner, planned, {
        signal,
        onCompile: (progress) => (this.preparing === preparing ? report.compiling(progress) : undefined),
      });
      this.held = newRace(name, session, paused);
    } finally {
      report.close();
      if (this.preparing === preparing) this.preparing = undefined;
    }
    this.frames.now();
    this.held.done = this.loop(this.held);
  }

  private async loop(race: HeldRace): Promise<void> {
    const { session, abort } = race;
    const { signal } = abort;
    let end: RunStatus = 'finished';
    try {
      for (;;) {
        if (race.state === 'paused') await new Promise<void>((resolve) => (race.wake = resolve));
        signal.throwIfAborted();
        race.turn = session.turn;
        const made = await session.next({
          signal,
          recordTokens: RECORDED_TOKENS,
          onActivity: (lane, activity) => {
            Object.assign(race, { turn: lane, activity });
            this.frames.soon();
          },
        });
        if (!made) break;
        this.made(race, made);
        const level = session.level ?? Infinity;
        if (!signal.aborted && (race.state === 'pausing' || level >= (race.until ?? Infinity)) && level < Infinity)
          Object.assign(race, { state: 'paused', activity: '', until: undefined });
        this.frames.soon();
      }
    } catch (error) {
      // A stop, or the loss of the device, which aborts with its error.
      const stopped = error === signal.reason && error instanceof StudioError && error.kind === 'cancelled';
      end = stopped ? 'stopped' : 'failed';
      if (!stopped) race.error = errorView(signal.aborted ? error : await this.parts.device.causeOf(error));
    }
    this.ended(race, end);
  }

  /** Sends what a lane did in its turn. */
  private made(race: HeldRace, { lane: index, step }: RaceStep): void {
    const lane = race.session.lanes[index];
    const view = race.lanes[index];
    if (!lane || !view) return;
    view.step = lane.session.stepsMade;
    if (step) {
      this.parts.send({ type: 'race-records', race: race.name, lane: index, records: step.records });
      if (step.rl)
        race.responses.set(index, {
          lane: index,
          step: step.rl.record.step,
          rollouts: firstViews(step.rl, lane.session.tokenizer),
        });
      return;
    }
    view.state = lane.state;
    if (lane.state === 'failed') view.error = errorView(lane.error);
    this.sendEnd(race, index);
  }

  private ended(race: HeldRace, state: RunStatus): void {
    const { error } = race;
    for (const [index, view] of race.lanes.entries()) {
      if (view.state !== 'racing') continue;
      view.state = state === 'failed' ? 'failed' : 'stopped';
      if (error) view.error = error;
      this.sendEnd(race, index);
    }
    race.session.destroy();
    Object.assign(race, { state, activity: '', turn: undefined });
    this.frames.now();
  }

  private sendEnd({ name, lanes }: HeldRace, lane: number): void {
    const { state, error } = lanes[lane] as LaneView;
    if (state !== 'racing')
      this.parts.send({ type: 'race-lane-end', race: name, lane, state, ...(error && { error }) });
  }

  /** Pauses after the current step of the lane whose turn it is. */
  pause(): void {
    if (this.held?.state === 'running') this.held.state = 'pausing';
    this.frames.soon();
  }

  /** @param options.oneStep pauses again once every lane has made its next step */
  resume({ oneStep }: { oneStep: boolean }): void {
    const { held: race } = this;
    if (!race || (race.state !== 'paused' && race.state !== 'pausing')) return;
    this.parts.use.assertFree('race');
    race.state = 'running';
    race.until = oneStep ? (race.session.level ?? 0) + 1 : undefined;
    race.wake?.();
    race.wake = undefined;
    this.frames.soon();
  }

  /** Cancels a start, or ends the race between two steps and releases its memory. */
  async stop(): Promise<void> {
    this.preparing?.abort(new StudioError('cancelled', 'The race was stopped before it began.'));
    await this.halt();
  }

  private async halt(): Promise<void> {
    const { held: race } = this;
    if (!race) return;
    if (race.state === 'running' || race.state === 'pausing' || race.state === 'paused') race.state = 'stopping';
    this.frames.now();
    race.abort.abort(new StudioError('cancelled', 'The race was stopped.'));
    race.wake?.();
    await race.done;
  }

  /** The device was lost, and the buffers of all lanes with it. */
  lost(error: StudioError): void {
    this.preparing?.abort(error);
    this.held?.abort.abort(error);
    this.held?.wake?.();
  }

  private sendFrame(): unknown {
    const { held: race } = this;
    if (!race) return undefined;
    const { name, state, turn, activity, lanes, steps, error } = race;
    const responses = [...race.responses.values()];
    race.responses.clear();
    return this.parts.send({
      type: 'race-frame',
      frame: {
        race: name,
        state,
        ...(turn !== undefined && { turn }),
        activity,
        lanes: lanes.map((lane) => ({ ...lane })),
        steps,
        responses,
        ...(error && { error }),
      },
    });
  }
}

function newRace(name: string, session: RaceSession, paused: boolean): HeldRace {
  const [first] = session.lanes;
  return {
    name,
    session,
    lanes: session.lanes.map(() => ({ state: 'racing', step: 0 })),
    steps: first ? first.session.stepsOf('sft') + first.session.stepsOf('rl') : 0,
    abort: new AbortController(),
    state: paused ? 'paused' : 'running',
    turn: undefined,
    activity: '',
    until: undefined,
    responses: new Map(),
    wake: undefined,
    done: Promise.resolve(),
  };
}

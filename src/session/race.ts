/**
 * A race: several runs on one GPU that advance in turn, one step each. Every lane is a RunSession of its own with its
 * own buffers, so it gives the metrics of the same config run alone, bit for bit.
 */
import { StudioError } from '../errors.ts';
import type { Gpu } from '../gpu/device.ts';
import type { PrepareOptions } from '../gpu/gpu-scope.ts';
import type { Tuner } from '../gpu/tuner.ts';
import type { PlannedLane } from './race-plan.ts';
import { RunSession } from './session.ts';
import type { SessionOptions, SessionStep } from './session-parts.ts';

type LaneState = 'racing' | 'finished' | 'failed';

export interface Lane {
  readonly label: string;
  /** Released when the lane has ended. */
  readonly session: RunSession;
  state: LaneState;
  /** Why it failed. */
  error?: unknown;
}

/** What one lane did in its turn: a step, or its end. */
export interface RaceStep {
  /** Index of the lane. */
  lane: number;
  /** Undefined when the lane has ended. */
  step?: SessionStep;
}

export interface RaceOptions extends Omit<SessionOptions, 'onActivity'> {
  onActivity?: (lane: number, activity: string) => void;
}

export class RaceSession {
  private constructor(readonly lanes: readonly Lane[]) {}

  /**
   * Opens all lanes. @throws StudioError as `RunSession.open`, with the lane's label; nothing stays allocated then
   */
  static async open(
    gpu: Gpu,
    tuner: Tuner,
    planned: readonly PlannedLane[],
    options: { signal?: AbortSignal; onCompile?: PrepareOptions['onProgress'] } = {},
  ): Promise<RaceSession> {
    const lanes: Lane[] = [];
    try {
      for (const { label, run } of planned) {
        const session = await RunSession.open(gpu, tuner, run, undefined, options).catch((error: unknown) => {
          if (!(error instanceof StudioError) || error.kind === 'cancelled') throw error;
          throw new StudioError(error.kind, `${label}: ${error.message}`, error.advice, error.field);
        });
        lanes.push({ label, session, state: 'racing' });
        options.signal?.throwIfAborted();
      }
    } catch (error) {
      for (const { session } of lanes) session.destroy();
      throw error;
    }
    return new RaceSession(lanes);
  }

  /** Steps that every lane that still races has completed; undefined when all lanes have ended. */
  get level(): number | undefined {
    const racing = this.lanes.filter(({ state }) => state === 'racing');
    return racing.length === 0 ? undefined : Math.min(...racing.map(({ session }) => session.stepsMade));
  }

  /** The lane whose turn it is: the first of those with the fewest steps. */
  get turn(): number | undefined {
    const { level } = this;
    const lane = this.lanes.findIndex(({ state, session }) => state === 'racing' && session.stepsMade === level);
    return lane < 0 ? undefined : lane;
  }

  /**
   * The next turn: a step of one lane, with the evaluation that is due after it. An error of a lane ends that lane
   * alone; the loss of the device ends all.
   *
   * @returns undefined when all lanes have ended
   * @throws the signal's reason, after which the next call repeats what was discarded; StudioError `device-lost`
   */
  async next({ onActivity, ...options }: RaceOptions = {}): Promise<RaceStep | undefined> {
    const { turn } = this;
    const lane = turn === undefined ? undefined : this.lanes[turn];
    if (turn === undefined || !lane) return undefined;
    try {
      const step = await lane.session.next({ ...options, onActivity: (activity) => onActivity?.(turn, activity) });
      if (step) return { lane: turn, step };
      end(lane, 'finished');
    } catch (error) {
      const { signal } = options;
      if (signal?.aborted && error === signal.reason) throw error;
      if (error instanceof StudioError && error.kind === 'device-lost') throw error;
      lane.error = error;
      end(lane, 'failed');
    }
    return { lane: turn };
  }

  /** Releases the lanes that have not ended. */
  destroy(): void {
    for (const { session, state } of this.lanes) if (state === 'racing') session.destroy();
  }
}

function end(lane: Lane, state: LaneState): void {
  lane.state = state;
  lane.session.destroy();
}

/** The frames of a recorded run after any of its lines, by the same code that collects those of live runs. */
import type { Phase } from '../run/step-record.ts';
import { FrameState } from '../views/frame-state.ts';
import type { Frame, RunStatus } from '../views/run-view.ts';
import type { Recording } from './format.ts';

export class Replay {
  /** Milliseconds of training after each line; pauses of the run are not in them. */
  readonly times: readonly number[];
  private state = new FrameState();
  private made = 0;

  constructor(readonly recording: Recording) {
    let at = 0;
    this.times = recording.lines.map(({ record }) => (at += record.time.step_ms));
  }

  get length(): number {
    return this.recording.lines.length;
  }

  /** Milliseconds after the first `lines` lines. */
  timeOf(lines: number): number {
    return lines === 0 ? 0 : (this.times[Math.min(lines, this.length) - 1] ?? 0);
  }

  /** Lines that are complete at a time. @param ms milliseconds of training */
  linesAt(ms: number): number {
    let [low, high] = [0, this.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.times[middle] ?? Infinity) <= ms) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Lines up to and with the next step from a place, and the evaluations after it. */
  nextStep(lines: number): number {
    const { lines: all } = this.recording;
    const trains = (i: number) => all[i]?.record.phase !== 'evaluation';
    let next = lines;
    while (next < all.length && !trains(next)) next += 1;
    next += 1;
    while (next < all.length && !trains(next)) next += 1;
    return Math.min(next, all.length);
  }

  /**
   * The frame after the first `lines` lines; going back rebuilds it from the first.
   *
   * @param state of the replay; at the end, the frame has that of the recorded run
   */
  frame(lines: number, state: RunStatus): Frame {
    if (lines < this.made) {
      this.state = new FrameState();
      this.made = 0;
    }
    for (; this.made < lines; this.made++) {
      const line = this.recording.lines[this.made];
      if (line) this.state.add({ records: [line.record], ...(line.tokens && { tokens: line.tokens }) });
    }
    const ended = lines >= this.length;
    const shown = ended ? this.recording.end : state;
    return this.state.frame({ state: shown, activity: '', ...this.placeAt(lines) });
  }

  /** The phase and its step, as a live run reports them. */
  private placeAt(lines: number): { phase: Phase; step: number; steps: number } {
    const { lines: all, config, steps } = this.recording;
    const newest = all.slice(0, lines).findLast(({ record }) => record.phase !== 'evaluation')?.record;
    const phase = newest?.phase ?? (config.sft ? 'sft' : config.rl ? 'rl' : 'evaluation');
    if (phase === 'evaluation') return { phase, step: 0, steps: 0 };
    // The next phase begins when the steps of SFT are made.
    if (phase === 'sft' && config.rl && newest?.step === steps.sft) return { phase: 'rl', step: 0, steps: steps.rl };
    return { phase, step: newest?.step ?? 0, steps: steps[phase] };
  }
}

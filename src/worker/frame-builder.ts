/** Collects a run's steps: into the bounded Frame that the page draws, its metrics.jsonl, and its recording. */
import { Recorder } from '../recording/recorder.ts';
import { tokenViews } from '../rollouts/token-views.ts';
import type { SessionStep } from '../session/session-parts.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import { FrameState, type Progress } from '../views/frame-state.ts';
import type { Frame } from '../views/run-view.ts';
import { RecordLines } from './record-lines.ts';

export class FrameBuilder {
  readonly recorder = new Recorder();
  private readonly shown = new FrameState();
  private readonly lines = new RecordLines();

  add({ records, rl }: SessionStep, tokenizer: Tokenizer): void {
    for (const record of records) this.lines.add(record);
    const tokens = rl && tokenViews(rl, tokenizer);
    this.shown.add({ records, ...(tokens && { tokens }) });
    if (tokens) this.recorder.add(tokens);
  }

  frame(progress: Progress): Frame {
    return this.shown.frame(progress);
  }

  /** All records so far, as the text of a metrics.jsonl. */
  metricsText(): Promise<string> {
    return this.lines.text();
  }
}

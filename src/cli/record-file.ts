/** `train --record`: the run as a recording that the page replays (docs/recordings.md), written when the run ends. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { inputError, StudioError } from '../errors.ts';
import type { RECORDED_ENDS } from '../recording/format.ts';
import { Recorder } from '../recording/recorder.ts';
import { RECORDED_TOKENS, tokenViews } from '../rollouts/token-views.ts';
import type { SessionStep } from '../session/session-parts.ts';
import type { RunSession } from '../session/session.ts';
import { adapterName } from '../views/run-view.ts';
import { reasonOf } from './file-errors.ts';
import { readText, writeWhole } from './files.ts';

export class RecordFile {
  /** Token records to read back after a step. */
  readonly recordTokens = RECORDED_TOKENS;
  private readonly recorder: Recorder;

  private constructor(
    private readonly path: string,
    private readonly session: RunSession,
    bound?: number,
  ) {
    this.recorder = new Recorder(bound);
  }

  /**
   * @param bound characters of all kept token views
   * @throws StudioError `input` if its folder cannot be made
   */
  static async open(path: string, session: RunSession, bound?: number): Promise<RecordFile> {
    await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => {
      throw inputError(path, `cannot be written: ${reasonOf(error)}`);
    });
    return new RecordFile(path, session, bound);
  }

  add({ rl }: SessionStep): void {
    if (rl) this.recorder.add(tokenViews(rl, this.session.tokenizer));
  }

  /** @param metrics the text of the run's metrics.jsonl */
  async write(end: (typeof RECORDED_ENDS)[number], metrics: string): Promise<void> {
    // A run that failed before its first step has nothing to replay.
    if (metrics === '') return;
    const { session } = this;
    const file = await this.recorder.file(
      {
        config: session.config,
        adapter: adapterName(session.model.gpu.adapter),
        steps: { sft: session.stepsOf('sft'), rl: session.stepsOf('rl') },
        end,
      },
      metrics,
    );
    await writeWhole(this.path, new Uint8Array(await file.arrayBuffer()));
  }

  /** As far as the run came; a problem with the file does not hide why the run ended. */
  async writeFailed(error: unknown, metrics: string): Promise<void> {
    const cancelled = error instanceof StudioError && error.kind === 'cancelled';
    try {
      await this.write(cancelled ? 'stopped' : 'failed', await readText(metrics));
    } catch (problem) {
      console.error(`Warning: the recording was not written: ${problem instanceof Error ? problem.message : problem}`);
    }
  }
}

/**
 * Keeps the states of the page's run (docs/states.md): every k steps, after every evaluation, and whenever the run
 * rests. Copying and writing go on beside the training; while one state is written, the next one that is due is
 * skipped. Storage that is full does not stop the run.
 */
import { sha256 as hashing } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { archiveError } from '../archive/archive-database.ts';
import { parseMetrics } from '../archive/run-folder.ts';
import { StudioError } from '../errors.ts';
import type { StageAnswers } from '../report/stage-answers.ts';
import type { StepRecord } from '../run/step-record.ts';
import { VERSION } from '../run/version.ts';
import type { CapturedState, StateCapture } from '../session/state-capture.ts';
import type { SessionStep } from '../session/session-parts.ts';
import type { RunSession } from '../session/session.ts';
import type { StateFacts } from '../views/run-view.ts';
import { stateId, stateLabel } from '../views/states.ts';
import { sha256, type StoredState } from './state-manifest.ts';
import type { ReadState, RunAbout, StateStore } from './state-store.ts';

/** States of one run without pinned ones, with the one that is written. */
const MOST_STATES = 4;

/** The session as the recorder sees it. */
type RecordedSession = Pick<RunSession, 'liveState' | 'stepsMade' | 'phase' | 'stepsOf'>;

export interface RecorderParts {
  about: Pick<RunAbout, 'run' | 'name' | 'started' | 'model'> & { config: object };
  store: Pick<StateStore, 'write' | 'add' | 'edit' | 'makeRoom'>;
  capture: Pick<StateCapture, 'take' | 'beside' | 'destroy'>;
  /** Steps between two states. */
  every: number;
  /** The answers for the run's report so far, which a resumed run needs. */
  stages: () => readonly StageAnswers[];
  /** Called after each state that was kept, or could not be. */
  changed: () => void;
  /** The run was resumed from it. */
  from?: ReadState | undefined;
}

export class StateRecorder {
  private readonly about: RunAbout;
  /** Lines of metrics.jsonl that no kept state has. */
  private lines: string[] = [];
  /** Those of kept states; a resumed run writes a file of its own, because its times differ. */
  private metrics: { file: string; bytes: number; text: string; hash: ReturnType<typeof hashing.create> };
  /** Steps that no kept state has. */
  private behind = 0;
  /** Held-out accuracy at the newest step. */
  private accuracy: number | undefined;
  private newest: string | undefined;
  private problem: string | undefined;
  private writing: Promise<void> | undefined;
  /** Set while the run rests between two steps. */
  private resting: RecordedSession | undefined;
  private stopped = false;
  /** Why the run failed after its newest state. */
  private failed: string | undefined;
  /** Kept states of more records are of steps that were recomputed, or that led to a failure. */
  private base: number;
  private settling: Promise<void> = Promise.resolve();

  constructor(private readonly parts: RecorderParts) {
    const { about, from } = parts;
    this.about = { ...about, library: VERSION, config: about.config as Record<string, unknown> };
    this.metrics = { ...newMetrics(), text: from?.metrics ?? '' };
    this.newest = from && stateLabel(from.state);
    this.base = from?.state.records ?? 0;
  }

  get facts(): StateFacts {
    const { newest, behind, problem, parts } = this;
    const notice = parts.capture.beside
      ? undefined
      : 'The GPU has no room for a copy of the state: states are kept when the run pauses, stops or ends.';
    return {
      every: parts.every,
      behind,
      ...(newest !== undefined && { newest }),
      ...(problem !== undefined && { problem }),
      ...(notice !== undefined && { notice }),
    };
  }

  /** After a step, before the next one begins. */
  after(session: RecordedSession, { records }: SessionStep): void {
    this.accuracy = undefined;
    for (const record of records) {
      this.lines.push(`${JSON.stringify(record)}\n`);
      if (record.phase !== 'evaluation') this.behind += 1;
      this.accuracy = accuracyOf(record);
    }
    const evaluated = records.some(({ phase }) => phase === 'evaluation');
    if (this.parts.capture.beside && (evaluated || this.behind >= this.parts.every)) this.keep(session);
  }

  /** The run pauses, stops or ends between two steps: keeps its state, once an earlier one is written. */
  rest(session: RecordedSession): void {
    this.resting = session;
    this.settling = this.keepResting();
  }

  /**
   * The run failed by its numbers: keeps the good state that it went back to in place of those after it, or marks the
   * newest one where there is none.
   *
   * @param reason which steps its weights are those of, and why no further step was made
   * @param metrics all its records, as the text of a metrics.jsonl
   */
  fail(session: RecordedSession, reason: string, metrics: string): void {
    this.settling = this.keepGood(session, reason, metrics);
  }

  private async keepGood(session: RecordedSession, reason: string, metrics: string): Promise<void> {
    await this.writing;
    if (this.stopped) return;
    this.failed = reason;
    const live = session.liveState;
    if (!live || session.stepsMade === 0) {
      const mark = (state: StoredState, i: number, all: readonly StoredState[]) =>
        i === all.length - 1 ? { ...state, failed: reason } : state;
      await this.parts.store.edit(this.about.run, (states) => states.map(mark)).catch(() => undefined);
      return;
    }
    const lines = metrics.split('\n').filter(Boolean).slice(0, live.records);
    const last = parseMetrics(lines.slice(-1).join(''), 'metrics.jsonl')[0];
    this.base = live.records;
    this.metrics = { ...newMetrics(), text: '' };
    this.lines = lines.map((line) => `${line}\n`);
    this.accuracy = last && accuracyOf(last);
    this.keep(session);
    await this.writing;
  }

  /** Resolves when the run may train again. */
  async leaveRest(): Promise<void> {
    // A state that is read while the run waits.
    if (!this.parts.capture.beside) await this.settling;
    this.resting = undefined;
  }

  /** Resolves when nothing is written any more. */
  async settled(): Promise<void> {
    await this.settling;
    await this.writing;
  }

  /** The run's states are deleted: nothing is kept of it any more. */
  stop(): void {
    this.stopped = true;
    this.problem = 'The run’s state is not kept: the run was deleted.';
    this.parts.changed();
  }

  destroy(): void {
    this.parts.capture.destroy();
  }

  private async keepResting(): Promise<void> {
    await this.writing;
    if (this.resting) this.keep(this.resting);
    await this.writing;
  }

  /** Copies the state at once; nothing waits until it is written. */
  private keep(session: RecordedSession): void {
    if (this.writing || this.stopped || session.stepsMade === 0 || (this.lines.length === 0 && this.behind === 0))
      return;
    const live = session.liveState;
    if (!live) return;
    const { accuracy, behind } = this;
    const facts = { made: session.stepsMade, complete: session.phase === undefined && !live.due, accuracy };
    const kept = { captured: this.parts.capture.take(live), lines: [...this.lines], stages: [...this.parts.stages()] };
    this.writing = this.write(kept, facts)
      .then(
        () => {
          this.behind -= behind;
          this.lines.splice(0, kept.lines.length);
          this.newest = stateLabel(live);
          if (!this.stopped) this.problem = undefined;
        },
        (error: unknown) => {
          this.problem = problemOf(error);
        },
      )
      .finally(() => {
        this.writing = undefined;
        this.parts.changed();
      });
  }

  private async write(
    { captured, lines, stages }: { captured: CapturedState; lines: string[]; stages: StageAnswers[] },
    { made, complete, accuracy }: { made: number; complete: boolean; accuracy: number | undefined },
  ): Promise<void> {
    const { about, metrics, parts } = this;
    const { run } = about;
    const { phase, step, records } = captured.state;
    if (metrics.bytes === 0) await parts.store.makeRoom(run, MOST_STATES * captured.bytes);
    const text = new TextEncoder().encode((metrics.bytes === 0 ? metrics.text : '') + lines.join(''));
    const bytes = await parts.store.write(run, metrics.file, [text], metrics.bytes);
    const hash = metrics.hash.clone().update(text);
    const id = stateId({ phase, step });
    const file = `${id}.${crypto.randomUUID().slice(0, 8)}.safetensors`;
    const pieces: StoredState['pieces'] = [];
    const hashed = async function* (all: AsyncIterable<Uint8Array<ArrayBuffer>>) {
      for await (const piece of all) {
        pieces.push({ bytes: piece.byteLength, sha256: await sha256(piece) });
        yield piece;
      }
    };
    const header = {
      format: 'gppo-studio-state',
      version: VERSION,
      config: JSON.stringify(about.config),
      ...(stages.length > 0 && { stages: JSON.stringify(stages) }),
    };
    const size = await parts.store.write(run, file, hashed(captured.pieces(header)));
    const state: StoredState = {
      id,
      file,
      bytes: size,
      pieces,
      metrics: { file: metrics.file, bytes, sha256: bytesToHex(hash.clone().digest()) },
      phase,
      step,
      made,
      records,
      written: Date.now(),
      ...(accuracy !== undefined && { accuracy }),
      ...(complete && { complete }),
      ...(this.failed !== undefined && { failed: this.failed }),
    };
    await parts.store.add(about, state, (other) => this.replaces(other));
    this.metrics = { file: metrics.file, bytes, text: '', hash };
  }

  /** Whether a state is of steps that this run has recomputed or is to recompute, or after a state it went back to. */
  private replaces({ metrics, records, pinned }: StoredState): boolean {
    return metrics.file !== this.metrics.file && records > this.base && !pinned;
  }
}

const newMetrics = () => ({
  file: `metrics-${crypto.randomUUID().slice(0, 8)}.jsonl`,
  bytes: 0,
  hash: hashing.create(),
});

/** Held-out accuracy, sampled or else greedy; undefined for a record without it. */
const accuracyOf = ({ metrics }: StepRecord): number | undefined =>
  metrics['accuracy/sampled'] ?? metrics['accuracy/greedy'];

/** A lost device is reported by itself, and nothing can be kept of it. */
function problemOf(error: unknown): string | undefined {
  if (error instanceof StudioError && error.kind === 'device-lost') return undefined;
  const { message, advice } = archiveError(error);
  return `The run’s state is not kept: ${message} ${advice}`;
}

/**
 * Records a run while it trains. Records are kept anyway (metrics.jsonl); this keeps what the page shows of the tokens,
 * bounded: of every k-th RL step, k doubling when the bound is exceeded, rounded and with fewer tokens in the scatter;
 * of the newest step, everything.
 */
import { inputError } from '../errors.ts';
import { Thinning } from '../rollouts/thinning.ts';
import type { StepRecord } from '../run/step-record.ts';
import type { TokenViews } from '../views/frame-state.ts';
import { headerText, MOST_CHARACTERS, packRecording, type RecordingHeader } from './format.ts';
import { encodeTokens } from './token-line.ts';

/** Characters of all kept token views; they pack to about a third of as many bytes. */
export const TOKEN_CHARACTERS = 6e6;

export class Recorder {
  private readonly thinning: Thinning;
  /** By RL step. */
  private readonly kept = new Map<number, string>();
  private newest: TokenViews | undefined;

  /** @param bound characters of all kept token views */
  constructor(bound = TOKEN_CHARACTERS) {
    this.thinning = new Thinning(bound);
  }

  /** Keeps the token views of a step. */
  add(tokens: TokenViews): void {
    this.newest = tokens;
    const { thinning, kept } = this;
    if (!thinning.wants(tokens.step)) return;
    const text = JSON.stringify(encodeTokens(tokens, false));
    if (text.length > thinning.share) return;
    kept.set(tokens.step, text);
    for (const dropped of thinning.add(tokens.step, text.length)) kept.delete(dropped);
  }

  /** Every how many RL steps have token views. */
  get every(): number {
    return this.thinning.every;
  }

  /**
   * The recording so far, packed.
   *
   * @param metrics the text of its metrics.jsonl
   * @throws StudioError `input` for a run with more records than a recording may hold
   */
  async file(about: Omit<RecordingHeader, 'tokens_every'>, metrics: string): Promise<Blob> {
    const parts = [`${headerText({ ...about, tokens_every: this.every })}\n`];
    let length = 0;
    for (const line of metrics.split('\n')) {
      if (line === '') continue;
      const { phase, step } = JSON.parse(line) as StepRecord;
      const tokens = phase === 'rl' ? this.textOf(step) : undefined;
      const part = `{"record":${line}${tokens === undefined ? '' : `,"tokens":${tokens}`}}\n`;
      length += part.length;
      if (length > MOST_CHARACTERS)
        throw inputError(
          about.config.name,
          `a recording holds at most ${MOST_CHARACTERS / 1e6} million characters, and this run has more; ` +
            'export its metrics.jsonl instead',
        );
      parts.push(part);
    }
    return packRecording(parts);
  }

  private textOf(step: number): string | undefined {
    return this.newest?.step === step ? JSON.stringify(encodeTokens(this.newest, true)) : this.kept.get(step);
  }
}

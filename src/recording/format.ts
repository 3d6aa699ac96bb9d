/**
 * A recording of a run as a file (docs/recordings.md): JSON lines, packed with gzip. The first line describes the run;
 * each further one has a record as in metrics.jsonl, some with what the page shows of the tokens of its step.
 */
import { z } from 'zod';
import { inputError, StudioError } from '../errors.ts';
import { parseJsonText } from '../json-text.ts';
import { parseRunConfig, type RunConfig } from '../run/config.ts';
import { StepRecordSchema } from '../run/record-schema.ts';
import { parseAs } from '../run/schema-issues.ts';
import type { StepRecord } from '../run/step-record.ts';
import type { TokenViews } from '../views/frame-state.ts';
import { decodeTokens, TokenLine } from './token-line.ts';

export const RECORDING_FORMAT = 'gppo-studio-recording';
export const RECORDING_VERSION = 1;

/** Most characters of an unpacked recording; a run of 10,000 steps has about 25 million. */
export const MOST_CHARACTERS = 40e6;

/** How the recorded run ended; of a paused run, `stopped`. */
export const RECORDED_ENDS = ['finished', 'stopped', 'failed'] as const;

const Header = z.strictObject({
  format: z.literal(RECORDING_FORMAT),
  version: z.literal(RECORDING_VERSION),
  config: z.unknown(),
  /** The adapter that the run was trained on; empty if unknown. */
  adapter: z.string().max(500),
  /** Steps of each phase that the config asks for. */
  steps: z.strictObject({ sft: z.int().min(0), rl: z.int().min(0) }),
  end: z.enum(RECORDED_ENDS),
  /** Token views were kept of every so many RL steps, and of the last one. */
  tokens_every: z.int().min(1),
});
export type RecordingHeader = Omit<z.infer<typeof Header>, 'config' | 'format' | 'version'> & { config: RunConfig };

const Line = z.strictObject({ record: StepRecordSchema, tokens: TokenLine.optional() });

export interface RecordedStep {
  record: StepRecord;
  tokens?: TokenViews;
}

export interface Recording extends RecordingHeader {
  /** In the order of the run. */
  lines: readonly RecordedStep[];
}

export const headerText = ({ config, ...rest }: RecordingHeader): string =>
  JSON.stringify({ format: RECORDING_FORMAT, version: RECORDING_VERSION, ...rest, config });

/**
 * @param where the file's name, for messages
 * @throws StudioError `input` naming the line, and what was expected in it
 */
export function parseRecording(text: string, where: string): Recording {
  const lines = text.split('\n');
  // The text ends with a line break.
  if (lines.at(-1)?.trim() === '') lines.pop();
  const [first = '', ...rest] = lines;
  const header = parseHeader(first, `${where}: line 1`);
  if (rest.length === 0) throw inputError(where, 'expected at least one record, found none');
  let before: StepRecord | undefined;
  const read = rest.map((line, i): RecordedStep => {
    const place = `${where}: line ${i + 2}`;
    const { record, tokens } = parseAs(Line, parseJsonText(line, place), place);
    checkOrder(record as StepRecord, before, place);
    if (tokens && record.phase !== 'rl')
      throw inputError(place, `expected tokens only with phase rl, found ${record.phase}`);
    if (record.phase !== 'evaluation') before = record as StepRecord;
    return { record: record as StepRecord, ...(tokens && { tokens: decodeTokens(tokens, record.step) }) };
  });
  return { ...header, lines: read };
}

function parseHeader(line: string, place: string): RecordingHeader {
  const value = parseJsonText(line, place);
  const { format, version } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (format !== RECORDING_FORMAT)
    throw new StudioError(
      'input',
      `${place}: expected "format": "${RECORDING_FORMAT}"; this is not a recording.`,
      'Choose a file that “Export recording” or train --record wrote.',
    );
  if (version !== RECORDING_VERSION)
    throw new StudioError(
      'input',
      `${place}: expected version ${RECORDING_VERSION} of the format, found ${JSON.stringify(version)}.`,
      'Another version of the studio wrote it: open it there, or record the run again.',
    );
  const { config, adapter, steps, end, tokens_every } = parseAs(Header, value, place);
  return { config: parseRunConfig(config, `${place}: config`), adapter, steps, end, tokens_every };
}

const PHASES = ['sft', 'rl'] as const;

/** Steps ascend within a phase, SFT comes before RL, and time does not run backwards. */
function checkOrder({ phase, step, time }: StepRecord, before: StepRecord | undefined, place: string): void {
  if (time.step_ms < 0) throw inputError(place, `record.time.step_ms: expected at least 0, found ${time.step_ms}`);
  if (phase === 'evaluation' || !before || before.phase === 'evaluation') return;
  if (before.phase === phase ? step <= before.step : PHASES.indexOf(phase) < PHASES.indexOf(before.phase))
    throw inputError(place, `expected a later step than ${before.phase} ${before.step}, found ${phase} ${step}`);
}

/** A packed recording. */
export async function packRecording(text: BlobPart[]): Promise<Blob> {
  return new Response(new Blob(text).stream().pipeThrough(new CompressionStream('gzip'))).blob();
}

/**
 * Unpacks and reads a recording. A server may have unpacked it already.
 *
 * @throws StudioError `input` as `parseRecording`, or if it cannot be unpacked or is too large
 */
export async function readRecording(file: Blob, where: string): Promise<Recording> {
  return parseRecording(await unpacked(file, where), where);
}

async function unpacked(file: Blob, where: string): Promise<string> {
  const start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const packed = start[0] === 0x1f && start[1] === 0x8b;
  const bytes = packed ? file.stream().pipeThrough(new DecompressionStream('gzip')) : file.stream();
  const reader = bytes.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text;
      text += value;
      if (text.length > MOST_CHARACTERS) break;
    }
  } catch {
    throw inputError(where, 'cannot be unpacked: it is not a gzip file, or is truncated');
  }
  await reader.cancel().catch(() => undefined);
  throw inputError(where, `expected at most ${MOST_CHARACTERS / 1e6} million characters, found more`);
}

/** `train --rollouts`: all responses of every k-th step, one per line, in the schema of docs/rollouts.md. */
import { createReadStream } from 'node:fs';
import { mkdir, open, stat, truncate, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { inputError } from '../errors.ts';
import { parseJsonText } from '../json-text.ts';
import { rolloutLine, ROLLOUT_SCHEMA } from '../rollouts/jsonl.ts';
import { keptStep } from '../rollouts/kept-step.ts';
import type { RunSession } from '../session/session.ts';
import type { SessionStep } from '../session/session-parts.ts';
import { optionalNumber, type Arguments } from './arguments.ts';
import { reasonOf } from './file-errors.ts';

export interface RolloutOptions {
  path: string;
  /** Steps 1, 1 + every, 1 + 2 every ... are written. */
  every: number;
}

/** @throws StudioError `input` */
export function rolloutOptions(given: Arguments, rl: boolean): RolloutOptions | undefined {
  const path = given.values['rollouts'];
  const every = optionalNumber(given, 'train', 'rollouts-every', 1, { integer: true, min: 1 });
  if (typeof path !== 'string') {
    if (given.values['rollouts-every'] !== undefined)
      throw inputError('train', '--rollouts-every: expected --rollouts FILE with it');
    return undefined;
  }
  if (!rl) throw inputError('train', '--rollouts: expected a config with a stage rl, which has rollouts');
  return { path, every };
}

type WrittenRun = Pick<RunSession, 'phase' | 'step' | 'config' | 'tokenizer'>;

export class RolloutFile {
  private constructor(
    private readonly file: FileHandle,
    private readonly every: number,
    private readonly session: WrittenRun,
  ) {}

  /**
   * A new file; of a resumed run the file as it was after the run's completed steps, since later ones are repeated.
   *
   * @throws StudioError `input` if it cannot be written, or belongs to something else
   */
  static async open({ path, every }: RolloutOptions, session: WrittenRun, resumed: boolean): Promise<RolloutFile> {
    await mkdir(dirname(path), { recursive: true });
    const goesOn = resumed && (await stat(path).catch(() => undefined)) !== undefined;
    if (goesOn) await truncate(path, await bytesUpTo(path, session));
    const file = await open(path, goesOn ? 'a' : 'w').catch((error: unknown) => {
      throw inputError(path, `cannot be written: ${reasonOf(error)}`);
    });
    return new RolloutFile(file, every, session);
  }

  /** Token records to read back after the next step. */
  get recordTokens(): number {
    return this.session.step % this.every === 0 ? Infinity : 0;
  }

  async add({ rl }: SessionStep): Promise<void> {
    if (!rl || (rl.record.step - 1) % this.every !== 0) return;
    const { config, tokenizer } = this.session;
    const step = keptStep(rl, tokenizer, { reference: (config.rl?.kl_coefficient ?? 0) > 0 });
    await this.file.write(step.texts.map((_, response) => rolloutLine(step, response, config.name)).join(''));
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

/** Bytes of the lines of steps that the run has completed. */
async function bytesUpTo(path: string, { phase, step }: WrittenRun): Promise<number> {
  const made = phase === 'rl' ? step : phase === 'sft' ? 0 : Infinity;
  const { size } = await stat(path);
  let bytes = 0;
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    const end = bytes + Buffer.byteLength(line) + 1;
    // A line without its end was left by a process that was killed as it wrote it.
    if (end > size && line.startsWith('{')) break;
    if (stepOf(line, `${path}: line ${++number}`) > made) break;
    bytes = end;
  }
  return bytes;
}

function stepOf(line: string, where: string): number {
  if (!line.startsWith('{')) throw notRollouts(where);
  const { schema, step } = parseJsonText(line, where) as { schema?: unknown; step?: unknown };
  if (schema !== ROLLOUT_SCHEMA || typeof step !== 'number') throw notRollouts(where);
  return step;
}

const notRollouts = (where: string) =>
  inputError(where, `expected a line that train --rollouts wrote ("schema": "${ROLLOUT_SCHEMA}")`);

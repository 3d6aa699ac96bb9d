/** Reward `custom`: a function in JavaScript, run in an interpreter with limits (vm.ts). */
import { inputError, StudioError } from '../../errors.ts';
import type { GradedResponse, Reward, Score } from '../grader.ts';
import { shown } from '../verdict.ts';
import type { CustomReward } from './config.ts';
import type { Failure, Outcome } from './outcome.ts';
import { BrokenVm, Vm } from './vm.ts';

/** @throws StudioError `input` for a source that does not compile, or defines no function `reward` */
export async function custom(config: CustomReward): Promise<Reward> {
  const { source, max_errors } = config;
  refuseBigInts(source);
  const limits = { steps: config.max_steps, memoryMB: config.memory_mb };
  const open = async (): Promise<Vm> => {
    const vm = await Vm.open(source, limits);
    if ('error' in vm) throw sourceError(withLine(vm));
    return vm;
  };
  let vm: Vm | undefined = await opened(open);
  // Opening takes a promise, which grading cannot wait for: one is kept for when the other breaks.
  let spare: Vm | undefined = await open();
  let errors = 0;

  const call = (one: GradedResponse, row: string): Outcome => {
    if (!vm) throw inputError('rewards', 'reward custom: its interpreter broke on too many responses in a row');
    try {
      return vm.call(one.response, row, factsOf(one));
    } catch (error) {
      if (!(error instanceof BrokenVm)) throw error;
      vm = spare;
      spare = undefined;
      refill();
      return { error: `broke the interpreter: ${error.message}` };
    }
  };
  const refill = (): void => {
    open().then(
      (next) => {
        if (vm) spare = next;
        else vm = next;
      },
      // It opened before; without a spare, grading says so when it needs one.
      () => undefined,
    );
  };
  const scoreOf = (outcome: Outcome, { response }: GradedResponse): Score => {
    if (!('error' in outcome)) return outcome;
    errors++;
    const message = withLine(outcome);
    // No verdict: whether the answer is right is for the other rewards to say.
    if (errors < max_errors) return { reward: 0, full: false, error: message };
    throw new StudioError(
      'input',
      `rewards: reward custom: ${message}, on the response ${shown(response, 200)}.`,
      `The run stops after ${max_errors} failed ${max_errors === 1 ? 'response' : 'responses'} (max_errors).`,
    );
  };
  return {
    score(responses) {
      // The responses of a group share their row.
      const rows = new Map<GradedResponse['row'], string>();
      return responses.map((one) => {
        const row = rows.get(one.row) ?? rowText(one.row);
        rows.set(one.row, row);
        return scoreOf(call(one, row), one);
      });
    },
    destroy() {
      vm = undefined;
      spare = undefined;
    },
  };
}

async function opened(open: () => Promise<Vm>): Promise<Vm> {
  try {
    return await open();
  } catch (error) {
    // The parser of the interpreter is recursive, and its stack is the host's.
    if (error instanceof BrokenVm) throw sourceError(`broke the interpreter: ${error.message}; is it nested deeply?`);
    throw error;
  }
}

const sourceError = (message: string): StudioError => inputError('rewards', `reward custom: source: ${message}`);

const withLine = ({ error, line }: Failure): string => (line === undefined ? error : `line ${line}: ${error}`);

/** A row as JSON; 64-bit integers, which Parquet files have, as numbers where they are exact, else as text. */
function rowText(row: GradedResponse['row']): string {
  return JSON.stringify(row, (_, value: unknown) => {
    if (typeof value !== 'bigint') return value;
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  });
}

/** The third argument of a reward. */
const factsOf = ({ answer, finished, tokens }: GradedResponse): string => JSON.stringify({ answer, finished, tokens });

const BIGINT = /(?<![\w$.])(?:0[xob][\da-f_]+|\d[\d_]*)n\b/i;

/** Products of large integers are native, so that their time is not counted. */
function refuseBigInts(source: string): void {
  const found = BIGINT.exec(source);
  if (!found) return;
  const line = source.slice(0, found.index).split('\n').length;
  throw sourceError(`line ${line}: BigInt literals are not available, found ${found[0]}`);
}

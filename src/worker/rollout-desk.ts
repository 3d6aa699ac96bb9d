/** Kept rollouts for the page: those of the run that the worker holds, and those of one stored run at a time. */
import { StudioError } from '../errors.ts';
import { rolloutLine } from '../rollouts/jsonl.ts';
import type { KeptStep } from '../rollouts/kept-step.ts';
import { detailOf, rowsOf } from '../rollouts/rows.ts';
import { eachMatch, findRollouts } from '../rollouts/search.ts';
import { stepFile } from '../rollouts/step-file.ts';
import { indexOf } from '../rollouts/step-index.ts';
import type { PickedFile } from '../views/models.ts';
import type {
  FoundRollouts,
  KeptFacts,
  KeptRolloutsList,
  OpenedRollouts,
  RolloutDetail,
  RolloutQuery,
  RolloutRow,
  RolloutTarget,
  RowWindow,
} from '../views/rollouts.ts';
import { importRollouts } from './rollout-import.ts';
import type { RolloutRecorder } from './rollout-recorder.ts';
import type { RolloutRun, RolloutStore } from './rollout-store.ts';

/** Rows that one call returns at most. */
const MOST_ROWS = 400;

interface Opened {
  row: RolloutRun & Pick<KeptFacts, 'problem'>;
  steps: ReadonlyMap<number, KeptStep>;
  /** Stored steps that cannot be read. */
  damaged: number;
}

export class RolloutDesk {
  private stored: Opened | undefined;

  /** @param held the recorder of the worker's run, if that keeps rollouts */
  constructor(
    private readonly store: Pick<RolloutStore, 'list' | 'read' | 'makeRoom' | 'write'>,
    private readonly held: () => RolloutRecorder | undefined,
  ) {}

  /** Runs with kept rollouts, newest first. @throws StudioError `unsupported` */
  async list(): Promise<KeptRolloutsList> {
    const held = this.heldRun();
    // Without storage the run at hand can still be read.
    const { rows, leftOut } = await this.store.list().catch((error: unknown) => {
      if (held) return { rows: [], leftOut: 0 };
      throw error;
    });
    const runs = [
      ...(held ? [{ ...held.row, held: true }] : []),
      ...rows.filter(({ run }) => run !== held?.row.run).map((row) => ({ ...row, held: false })),
    ];
    return { runs, leftOut };
  }

  /** @throws StudioError `input` if the run has none, `unsupported` */
  async open(run: string): Promise<OpenedRollouts> {
    const { row, steps, damaged } = await this.opened(run, true);
    const problems = [...steps.values()].flatMap((step) => step.problems);
    const bands = new Set(problems.flatMap(({ difficulty }) => difficulty ?? []));
    const all = [...steps.values()];
    return {
      ...row,
      held: this.held()?.run.run === run,
      steps: all.length,
      newest: all.at(-1)?.step ?? 0,
      keptSteps: [...steps.keys()],
      difficulties: [...bands],
      rewards: Object.keys(all.at(-1)?.rewards ?? {}),
      responses: all.reduce((most, { texts, leftOut }) => Math.max(most, texts.length + leftOut), 0),
      leftOut: all.reduce((most, { leftOut }) => Math.max(most, leftOut), 0),
      damaged,
    };
  }

  /**
   * @param window the part of the found items whose rows are returned as well
   * @throws StudioError as `open`
   */
  async find(run: string, query: RolloutQuery, window: RowWindow): Promise<FoundRollouts & { rows: RolloutRow[] }> {
    const { steps } = await this.opened(run);
    const found = findRollouts([...steps.values()], query);
    const { first, count } = window;
    return { ...found, rows: rowsOf(steps, found.items.subarray(first, first + count), query.text) };
  }

  /** @throws StudioError as `open` */
  async rows(run: string, items: readonly number[], text: string): Promise<RolloutRow[]> {
    return rowsOf((await this.opened(run)).steps, items.slice(0, MOST_ROWS), text);
  }

  /** @throws StudioError `input` if the response is no longer kept, or as `open` */
  async response(run: string, id: number, text: string): Promise<RolloutDetail> {
    const detail = detailOf((await this.opened(run)).steps, id, text);
    if (!detail)
      throw new StudioError(
        'input',
        'This response is no longer kept: its step made room for later ones.',
        'Choose another step.',
      );
    return detail;
  }

  /** The responses that a query finds as JSONL, in the order of the rollouts. @throws StudioError as `open` */
  async export(run: string, query: RolloutQuery, name: string): Promise<Blob> {
    const { steps } = await this.opened(run);
    const parts: Blob[] = [];
    for (const step of [...steps.values()]) {
      let lines = '';
      eachMatch([step], query, (_, response) => (lines += rolloutLine(step, response, name)));
      if (lines === '') continue;
      parts.push(new Blob([lines]));
      // The training of a run continues meanwhile.
      await new Promise((resolve) => setTimeout(resolve));
    }
    return new Blob(parts, { type: 'application/jsonl' });
  }

  /** A kept step as a file of the run's archive; undefined if it is no longer kept. @throws StudioError as `open` */
  async file(run: string, number: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const step = (await this.opened(run)).steps.get(number);
    return step && stepFile(step);
  }

  /** @returns how many runs have got rollouts @throws StudioError as `importRollouts` */
  import(files: readonly PickedFile[], runs: readonly RolloutTarget[]): Promise<number> {
    return importRollouts(this.store, files, runs);
  }

  private heldRun(): Opened | undefined {
    const recorder = this.held();
    return recorder && { row: { ...recorder.run, ...recorder.facts }, steps: recorder.steps, damaged: 0 };
  }

  /** @param again reads a stored run again if it has changed */
  private async opened(run: string, again = false): Promise<Opened> {
    const held = this.heldRun();
    if (held?.row.run === run) return held;
    if (this.stored?.row.run === run && !again) return this.stored;
    const row = (await this.store.list()).rows.find((one) => one.run === run);
    if (!row) throw new StudioError('input', 'This run has no stored rollouts.', 'Choose another run.');
    const { stored } = this;
    if (stored?.row.run === run && stored.row.newest === row.newest && stored.row.bytes === row.bytes)
      return (this.stored = { ...stored, row });
    const { steps, damaged } = await this.store.read(run);
    this.stored = { row, steps: new Map(steps.map((step) => [step.step, step])), damaged };
    // Otherwise the first search would take this time.
    for (const step of this.stored.steps.values()) indexOf(step);
    return this.stored;
  }
}

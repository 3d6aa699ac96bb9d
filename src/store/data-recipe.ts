/** A recipe that trains on a data set: its task, and the other fields as the data needs them. */
import type { DataColumns, HeldOut } from '../data/config.ts';
import { ArchitectureConfig } from '../run/config/model.ts';
import { SftConfig } from '../run/config/sft.ts';
import type { DatasetConfig } from '../run/config/task.ts';
import type { RewardsConfig } from '../rewards/config.ts';
import { RewardsConfig as Rewards } from '../rewards/config.ts';
import type { DataSetView, DataSummaryView, TokenLengths } from '../views/data.ts';
import type { ArchitectureConfig as Architecture } from '../run/config.ts';
import type { Recipe } from './recipe.ts';

/** What a person has decided about a data set. */
export interface DataDraft {
  /** As chosen: may lack a prompt. */
  columns: Partial<DataColumns>;
  format?: 'text' | 'chat';
  system?: string;
  template?: string;
  heldOut: HeldOut;
  skipBadRows: boolean;
  /** Number of first rows. */
  rows?: number;
}

/** The model that a data set is read with: an id of the library, or a new one. */
export const NEW_MODEL = 'new';

/** Small sizes: a first run must show something soon. */
const FIRST = { sftSteps: 30, sftBatch: 8, rlSteps: 20, prompts: 8 };
/** Positions of a new model: longer rows are left out rather than making every step slow. */
const POSITIONS = { least: 128, most: 1024 };
/** Response length where neither data nor recipe says one. */
const RESPONSE = 256;

/** The task of a config; the checksum makes it name its file by content. */
export function taskOf(
  { reference }: Pick<DataSetView, 'reference'>,
  sha256: string | undefined,
  { columns, format, system, template, heldOut, skipBadRows, rows }: DataDraft,
  rewards?: RewardsConfig,
): DatasetConfig {
  return {
    name: 'dataset',
    data: {
      ...reference,
      ...(sha256 !== undefined && { sha256 }),
      ...(rows !== undefined && { rows }),
      skip_bad_rows: skipBadRows,
    },
    columns: columns as DataColumns,
    held_out: heldOut,
    ...(format && { format }),
    ...(system !== undefined && system !== '' && { system }),
    ...(template !== undefined && template !== '' && { template }),
    ...(rewards && { rewards }),
  };
}

/** A draft again, from the task of a recipe. */
export function draftOf({ data, columns, held_out: heldOut, format, system, template }: DatasetConfig): DataDraft {
  return {
    columns,
    heldOut: heldOut ?? { share: 0.1 },
    skipBadRows: data?.skip_bad_rows ?? false,
    ...(data?.rows !== undefined && { rows: data.rows }),
    ...(format && { format }),
    ...(system !== undefined && { system }),
    ...(template !== undefined && { template }),
  };
}

/** Whether a task's data is this file. */
export function isOf({ data }: DatasetConfig, { reference, name }: DataSetView): boolean {
  if (!data || data.repository !== reference.repository) return false;
  if (data.sha256 !== undefined && reference.sha256 !== undefined) return data.sha256 === reference.sha256;
  return data.path === reference.path || data.path.split(/[/\\]/).at(-1) === name;
}

/** Rewards for answers as the first rows have them. */
export function usualRewards({ marked, numeric }: Pick<DataSummaryView, 'marked' | 'numeric'>): RewardsConfig {
  if (marked) return Rewards.parse([{ name: 'number', answer_marker: '####' }]);
  return Rewards.parse([{ name: numeric ? 'number' : 'exact' }]);
}

export interface DataFacts {
  task: DatasetConfig;
  /** NEW_MODEL or an id. */
  model: string;
  summary: Pick<DataSummaryView, 'split' | 'marked' | 'numeric'>;
  lengths: TokenLengths | undefined;
}

/**
 * The recipe with the task on data. Steps and sizes become small when it trained on something else before.
 *
 * @param architecture the last one of new weights
 */
export function dataRecipe(recipe: Recipe, architecture: Architecture | undefined, facts: DataFacts): Recipe {
  const { task, model, summary, lengths } = facts;
  const before = recipe.task.name === 'dataset' ? recipe.task : undefined;
  const rewards = before?.rewards ?? usualRewards(summary);
  const source = modelOf(recipe, architecture, model, lengths);
  const positions = 'architecture' in source ? source.architecture.max_positions : (lengths?.positions ?? Infinity);
  const solved = lengths === undefined || lengths.unsolved < lengths.rows;
  const sft = sftOf(recipe, before === undefined, solved, model === NEW_MODEL);
  const rl = recipe.rl && rlOf(recipe.rl, before === undefined, positions, lengths);
  const heldOut = summary.split?.heldOut ?? Infinity;
  const { sft: _sft, ...rest } = recipe;
  return {
    ...rest,
    model: source,
    task: { ...task, rewards },
    ...(sft && { sft }),
    ...(rl && { rl }),
    ...(recipe.evaluation && {
      evaluation: {
        ...recipe.evaluation,
        problems: Math.max(1, Math.min(recipe.evaluation.problems, heldOut, before ? Infinity : 32)),
      },
    }),
  };
}

function modelOf(
  { model }: Recipe,
  architecture: Architecture | undefined,
  wanted: string,
  lengths: TokenLengths | undefined,
): Recipe['model'] {
  if (wanted !== NEW_MODEL)
    return 'checkpoint' in model && model.checkpoint === wanted ? model : { checkpoint: wanted };
  const shape = 'architecture' in model ? model.architecture : (architecture ?? ArchitectureConfig.parse({}));
  // Rows without solutions leave room for responses.
  const room = (lengths?.total.max ?? 0) + (lengths && !lengths.response ? RESPONSE : 0);
  const longest = 2 ** Math.ceil(Math.log2(Math.max(1, room)));
  const positions = Math.min(POSITIONS.most, Math.max(POSITIONS.least, longest));
  return { architecture: { ...shape, max_positions: Math.max(shape.max_positions, positions) } };
}

function sftOf({ sft }: Recipe, first: boolean, solved: boolean, fresh: boolean): Recipe['sft'] {
  if (!solved) return undefined;
  if (sft) {
    const { sources, ...rest } = sft;
    // Sources without the task would leave the chosen data out of SFT.
    const mixed = sources?.some(({ task }) => task === true) ? { sources } : {};
    return {
      ...rest,
      ...mixed,
      wrong_fraction: 0,
      ...(first && {
        ...(sft.epochs === undefined && { steps: Math.min(sft.steps ?? FIRST.sftSteps, FIRST.sftSteps) }),
        batch_size: Math.min(sft.batch_size, FIRST.sftBatch),
      }),
    };
  }
  return first && fresh ? SftConfig.parse({ steps: FIRST.sftSteps, batch_size: FIRST.sftBatch }) : undefined;
}

function rlOf(rl: NonNullable<Recipe['rl']>, first: boolean, positions: number, lengths: TokenLengths | undefined) {
  const small = first
    ? { ...rl, steps: Math.min(rl.steps, FIRST.rlSteps), prompts: Math.min(rl.prompts, FIRST.prompts) }
    : rl;
  if (!lengths) return small;
  const wanted = small.max_response_tokens ?? lengths.response?.max ?? RESPONSE;
  // At least half of the prompts leave room for it.
  const room = Math.max(
    16,
    Math.floor(positions - Math.max(lengths.prompt.median, Math.min(lengths.prompt.max, positions / 2))),
  );
  return lengths.response && wanted <= room ? small : { ...small, max_response_tokens: Math.min(wanted, room) };
}

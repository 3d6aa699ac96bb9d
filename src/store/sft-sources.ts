/** The sources of the recipe's SFT stage: changes of the list, and data sets that become sources. */
import type { DataColumns } from '../data/config.ts';
import { SftConfig, type SftSource } from '../run/config/sft.ts';
import { TeacherConfig } from '../run/config/teacher.ts';
import type { DataSetView } from '../views/data.ts';
import { studioApi } from './connection.ts';
import type { DataDraft } from './data-recipe.ts';
import { useRecipe } from './recipe-store.ts';

/** How an epoch is divided: rows, once or an amount of them, or shares by weight. */
export type Division = 'rows' | 'weights';

const NONE: readonly SftSource[] = [];
export const sourcesOf = (sft: { sources?: readonly SftSource[] | undefined } | undefined): readonly SftSource[] =>
  sft?.sources ?? NONE;

export const divisionOf = (sources: readonly SftSource[]): Division =>
  sources.some(({ weight }) => weight !== undefined) ? 'weights' : 'rows';

/** The list with a source more, which joins the way in which the others are divided. */
export function withSource(sources: readonly SftSource[], source: SftSource): SftSource[] {
  const joined = sources.length > 0 && divisionOf(sources) === 'weights' ? { ...source, weight: 1 } : source;
  return [...sources, joined];
}

/** All sources with equal weights, or without. */
export function divided(sources: readonly SftSource[], division: Division): SftSource[] {
  return sources.map(({ weight: _weight, amount, ...source }) => ({
    ...source,
    ...(division === 'weights' && { weight: 1 }),
    // A teacher's amount is the number of problems that it solves.
    ...(source.teacher && { amount }),
  }));
}

/** A teacher as a source, to begin with. @param style of the run's task */
export const teacherSource = (style: string): SftSource => ({
  teacher: TeacherConfig.parse({ style }),
  amount: FIRST_AMOUNT,
});

/** Problems of a new teacher. */
const FIRST_AMOUNT = 500;

/** The source without a field, or with another value of it. */
export function withValue<K extends keyof SftSource>(source: SftSource, key: K, value: SftSource[K]): SftSource {
  const { [key]: _old, ...rest } = source;
  return (value === undefined ? rest : { ...rest, [key]: value }) as SftSource;
}

/** A file of data as a source, mapped as the person has mapped it. */
export function dataSource(
  { reference }: Pick<DataSetView, 'reference'>,
  sha256: string | undefined,
  { columns, skipBadRows, rows }: Pick<DataDraft, 'columns' | 'skipBadRows' | 'rows'>,
): SftSource {
  return {
    data: {
      ...reference,
      ...(sha256 !== undefined && { sha256 }),
      ...(rows !== undefined && { rows }),
      skip_bad_rows: skipBadRows,
    },
    columns: columns as DataColumns,
  };
}

/** Adds a source to the recipe, and switches SFT on. */
export function addSource(source: SftSource): void {
  const { config, set } = useRecipe.getState();
  const sft = config.sft ?? SftConfig.parse({ epochs: 1, batch_size: 8 });
  set('sft', { ...sft, sources: withSource(sourcesOf(sft), source) });
}

/**
 * Adds a data set with its columns as they are guessed from its first rows.
 *
 * @returns why it cannot be added; undefined when it was
 */
export async function addDataSet(one: DataSetView): Promise<string | undefined> {
  const answer = await studioApi().summarizeData({ id: one.id, heldOut: { share: 0.1 } });
  if (!answer.ok) return `${answer.error.message} ${answer.error.advice}`.trim();
  const { guessed, sha256, bad } = answer.value;
  if (!guessed) return `No column of ${one.name} can be the prompt. Say on the Data page what its columns mean.`;
  addSource(dataSource(one, sha256, { columns: guessed, skipBadRows: bad.count > 0 }));
  return undefined;
}

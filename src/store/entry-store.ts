/** Number fields outside the recipe whose text is not a number: their consumers wait until they are corrected. */
import { create } from 'zustand';

/** The consumer of the fields: a chart's range, a comparison, the playground, data, the editor of custom strategies. */
export type EntryScope =
  'chart' | 'objective' | 'compare' | 'playground' | 'data' | 'editor' | 'what-if' | 'evaluate' | 'race' | 'dump';

interface EntryState {
  /** By the field's id. */
  problems: Record<string, { scope: EntryScope; label: string; problem: string }>;
  report: (id: string, scope: EntryScope, label: string, problem: string | undefined) => void;
}

export const useEntries = create<EntryState>()((set) => ({
  problems: {},
  report: (id, scope, label, problem) =>
    set(({ problems }) => {
      if (problem === undefined && !(id in problems)) return {};
      const { [id]: _before, ...others } = problems;
      return { problems: problem === undefined ? others : { ...others, [id]: { scope, label, problem } } };
    }),
}));

/** The first problem of a scope as `field: problem`; undefined if all its fields can be read. */
export const entryProblem =
  (scope: EntryScope) =>
  ({ problems }: Pick<EntryState, 'problems'>): string | undefined => {
    const found = Object.values(problems).find((one) => one.scope === scope);
    return found && `${found.label}: ${found.problem}`;
  };

/** Models available in the playground: those of the library with a tokenizer, and those of the run. */
import { POLICY, START } from '../../views/playground.ts';
import { labelOf, usePlayground, type Column } from '../../store/playground-store.ts';
import { useRun } from '../../store/run-store.ts';

export interface ModelChoice {
  value: string;
  label: string;
}

/** @returns library first; then the run's models, if any */
export function useModelChoices(): { library: ModelChoice[]; run: ModelChoice[] } {
  const models = useRun((run) => run.models);
  const running = useRun((run) => run.running);
  const policy = useRun((run) => (run.frame && run.held ? labelOf(POLICY) : undefined));
  const library = models.filter(({ hasTokenizer }) => hasTokenizer).map(({ id, name }) => ({ value: id, label: name }));
  if (!running || policy === undefined) return { library, run: [] };
  const scratch = 'architecture' in running.model;
  return {
    library,
    run: [{ value: POLICY, label: policy }, ...(scratch ? [{ value: START, label: labelOf(START) }] : [])],
  };
}

/** Each column's model name, as of its response; the second is empty with one column. */
export function useColumnNames(): [string, string] {
  const [left, right] = usePlayground((state) => state.columns);
  const comparing = usePlayground((state) => state.comparing);
  // Names of the run's models change with its steps.
  useRun((run) => run.frame?.step);
  const name = ({ asked, model }: Column) => asked || labelOf(model);
  return [name(left), comparing ? name(right) : ''];
}

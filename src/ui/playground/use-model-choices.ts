/** Models that can be asked: those of the library that have a tokenizer, and those of the run. */
import { POLICY, START } from '../../run/playground.ts';
import { usePlayground } from '../../store/playground-store.ts';
import { useRun } from '../../store/run-store.ts';

export interface ModelChoice {
  value: string;
  label: string;
}

/** @returns library first; the run's models where there is a run */
export function useModelChoices(): { library: ModelChoice[]; run: ModelChoice[] } {
  const models = useRun((run) => run.models);
  const running = useRun((run) => run.running);
  const at = useRun((run) => (run.frame ? `${run.frame.phase === 'sft' ? 'SFT ' : ''}step ${run.frame.step}` : undefined));
  const library = models.filter(({ problem, hasTokenizer }) => problem === undefined && hasTokenizer).map(({ id, name }) => ({ value: id, label: name }));
  if (!running || at === undefined) return { library, run: [] };
  const scratch = 'architecture' in running.model;
  return { library, run: [{ value: POLICY, label: `trained policy, ${at}` }, ...(scratch ? [{ value: START, label: 'new weights it began with' }] : [])] };
}

/** What each column's model is called; the second is empty where one stands alone. */
export function useColumnNames(): [string, string] {
  const { library, run } = useModelChoices();
  const [left, right] = usePlayground((state) => state.columns);
  const comparing = usePlayground((state) => state.comparing);
  const label = (id: string) => [...library, ...run].find(({ value }) => value === id)?.label ?? '';
  return [label(left.model), comparing ? label(right.model) : ''];
}

/** Every parameter in which the arms of a sweep differ, so that no difference between them goes unnamed. */
import { configDifferences, type FieldDifference } from '../run/config-difference.ts';
import { armsOf, confirmingRuns, type Sweep } from './sweep.ts';
import { valueText, type Variant } from './vary.ts';

/** @param chosen by arm, of a sweep that has tuned */
export function fieldsThatDiffer(sweep: Sweep, chosen?: ReadonlyMap<string, Variant>): FieldDifference[] {
  const [seed] = sweep.seeds;
  const runs = confirmingRuns({ ...sweep, tune: undefined, seeds: seed === undefined ? [] : [seed] }, chosen);
  return configDifferences(runs.map(({ config }) => config));
}

/** As one line of text; empty where there is one arm. */
export function armDifferences(sweep: Sweep): string {
  const labels = armsOf(sweep).map(({ label }) => label);
  const fields = fieldsThatDiffer(sweep).map(({ path, values }) => {
    const distinct = [...new Set(values.map((value) => value ?? 'absent'))];
    return `${path} (${distinct.map(valueText).join(', ')})`;
  });
  if (labels.length < 2 || fields.length === 0) return '';
  return `Arms differ in: ${fields.join('; ')}.`;
}

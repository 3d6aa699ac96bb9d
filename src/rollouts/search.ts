/** Finds and orders the responses of kept steps. */
import { ZONES } from '../run/step-record.ts';
import { headingOf, responseId, type FoundRollouts, type RolloutQuery } from '../views/rollouts.ts';
import { descendingKey, placesInOrder } from './radix-sort.ts';
import { COUNTS, DROPPED, FLAGS, PRESERVED, type KeptStep } from './kept-step.ts';
import { indexOf, keysOf, type KeptGroup, type StepIndex, type ValueOrder } from './step-index.ts';

/** Column of `KeptStep.counts`. */
export function columnOf(zone: NonNullable<RolloutQuery['zone']>): number {
  return zone === 'preserved' ? PRESERVED : zone === 'dropped' ? DROPPED : ZONES.indexOf(zone);
}

/** Calls `visit` for the responses that a query matches, step by step in the order of the rollouts. */
export function eachMatch(
  steps: Iterable<KeptStep>,
  query: RolloutQuery,
  visit: (step: KeptStep, response: number, group: KeptGroup) => void,
): void {
  for (const step of steps) {
    if (query.step !== undefined && step.step !== query.step) continue;
    const index = indexOf(step);
    const chosen = problemsOf(step, index, query);
    const keeps = filterOf(step, index, query);
    for (const [problem, group] of index.groups.entries()) {
      if (!chosen[problem]) continue;
      for (let response = group.begin; response < group.end; response++)
        if (keeps(response)) visit(step, response, group);
    }
  }
}

/** By index into `problems`: whether the query is about them at all. */
function problemsOf({ problems }: KeptStep, index: StepIndex, query: RolloutQuery): boolean[] {
  const wanted = query.problem.toLowerCase();
  return problems.map(({ key, difficulty }, i) => {
    const group = index.groups[i];
    return (
      (query.key === undefined || key === query.key) &&
      (query.difficulty === undefined || difficulty === query.difficulty) &&
      (wanted === '' || (index.prompts[i] ?? '').includes(wanted)) &&
      (query.group === undefined ||
        (query.group === 'zero-advantage' ? group?.zeroAdvantage === true : group?.state === query.group))
    );
  });
}

/** What a query asks of a response. */
function filterOf(step: KeptStep, index: StepIndex, query: RolloutQuery): (response: number) => boolean {
  const { counts, flags } = step;
  const { correct, zone } = query;
  const text = query.text.toLowerCase();
  const column = zone === undefined ? -1 : columnOf(zone);
  return (response) =>
    (correct === undefined || (((flags[response] ?? 0) & FLAGS.correct) !== 0) === correct) &&
    (column < 0 || (counts[response * COUNTS + column] ?? 0) > 0) &&
    (text === '' || (index.texts[response] ?? '').includes(text));
}

/** @param steps kept steps in ascending order */
export function findRollouts(steps: readonly KeptStep[], query: RolloutQuery): FoundRollouts {
  const searched = steps
    .filter(({ step }) => query.step === undefined || step === query.step)
    .reduce((sum, { texts }) => sum + texts.length, 0);
  return { ...(query.order === 'group' ? grouped(steps, query) : sorted(steps, query, query.order)), searched };
}

type Found = Omit<FoundRollouts, 'searched'>;

function grouped(steps: readonly KeptStep[], query: RolloutQuery): Found {
  const items = new Float64Array(most(steps));
  const counts = new StepCounter();
  let size = 0;
  let last: KeptGroup | undefined;
  eachMatch(query.descending ? [...steps].reverse() : steps, query, ({ step }, response, group) => {
    counts.add(step);
    if (group !== last) items[size++] = headingOf(responseId(step, group.begin));
    last = group;
    items[size++] = responseId(step, response);
  });
  return { items: items.slice(0, size), ...counts.counted };
}

function sorted(steps: readonly KeptStep[], query: RolloutQuery, order: ValueOrder): Found {
  const ids = new Float64Array(most(steps));
  const keys = new Uint32Array(ids.length);
  const counts = new StepCounter();
  let size = 0;
  let last: KeptStep | undefined;
  let ofStep = new Uint32Array(0);
  eachMatch(steps, query, (step, response) => {
    if (step !== last) ofStep = keysOf(step, order);
    last = step;
    counts.add(step.step);
    ids[size] = responseId(step.step, response);
    const key = ofStep[response] ?? 0;
    keys[size++] = query.descending ? descendingKey(key) : key;
  });
  const items = new Float64Array(size);
  const places = placesInOrder(keys.subarray(0, size));
  for (let i = 0; i < size; i++) items[i] = ids[places[i] ?? 0] ?? 0;
  return { items, ...counts.counted };
}

/** Items that a search of these steps can find. */
const most = (steps: readonly KeptStep[]): number =>
  steps.reduce((sum, { texts, problems }) => sum + texts.length + problems.length, 0);

/** Counts responses, and the steps that they are in; those of a step come one after another. */
class StepCounter {
  readonly counted = { responses: 0, steps: 0 };
  private last = 0;

  add(step: number): void {
    this.counted.responses += 1;
    if (step !== this.last) this.counted.steps += 1;
    this.last = step;
  }
}

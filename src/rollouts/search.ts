/** Finds and orders the responses of kept steps. */
import { ZONES } from '../run/step-record.ts';
import { headingOf, responseId, type FoundRollouts, type RolloutOrder, type RolloutQuery } from '../views/rollouts.ts';
import { COUNTS, DROPPED, FLAGS, PRESERVED, type KeptStep } from './kept-step.ts';
import { indexOf, type StepIndex } from './step-index.ts';

/** Column of `KeptStep.counts`. */
export function columnOf(zone: NonNullable<RolloutQuery['zone']>): number {
  return zone === 'preserved' ? PRESERVED : zone === 'dropped' ? DROPPED : ZONES.indexOf(zone);
}

/** A match of a response, as its place in a step. */
interface Match {
  step: KeptStep;
  response: number;
}

/** The responses that a query matches, step by step in the order of the rollouts. */
export function* matches(steps: Iterable<KeptStep>, query: RolloutQuery): Generator<Match> {
  for (const step of steps) {
    if (query.step !== undefined && step.step !== query.step) continue;
    const index = indexOf(step);
    const chosen = problemsOf(step, index, query);
    const keeps = filterOf(step, index, query);
    for (const [problem, { begin, end }] of index.groups.entries()) {
      if (!chosen[problem]) continue;
      for (let response = begin; response < end; response++) if (keeps(response)) yield { step, response };
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
    (correct === undefined || ((flags[response] ?? 0) & FLAGS.correct) !== 0 === correct) &&
    (column < 0 || (counts[response * COUNTS + column] ?? 0) > 0) &&
    (text === '' || (index.texts[response] ?? '').includes(text));
}

/** The value by which an order sorts; NaN, which comes last, without measures. */
const VALUES: Record<Exclude<RolloutOrder, 'group'>, (step: KeptStep, response: number) => number> = {
  reward: ({ reward }, i) => reward[i] ?? 0,
  advantage: ({ advantage }, i) => advantage[i] ?? 0,
  length: ({ begin }, i) => (begin[i + 1] ?? 0) - (begin[i] ?? 0),
  kl: ({ kl, flags }, i) => (measured(flags, i) ? (kl[i] ?? 0) : NaN),
  clipped: (step, i) => (measured(step.flags, i) ? clippedShare(step, i) : NaN),
};

const measured = (flags: Uint8Array, response: number) => ((flags[response] ?? 0) & FLAGS.measured) !== 0;
const LOW = ZONES.indexOf('negative-low');
const HIGH = ZONES.indexOf('positive-high');

/** Share of a response's tokens in the zones that PPO clips. */
export function clippedShare({ counts, begin }: KeptStep, response: number): number {
  const length = (begin[response + 1] ?? 0) - (begin[response] ?? 0);
  const clipped = (counts[response * COUNTS + LOW] ?? 0) + (counts[response * COUNTS + HIGH] ?? 0);
  return clipped / Math.max(1, length);
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
  const items: number[] = [];
  const counts = new StepCounter();
  let last = '';
  for (const { step, response } of matches(query.descending ? [...steps].reverse() : steps, query)) {
    counts.add(step.step);
    const group = `${step.step} ${step.problem[response]}`;
    if (group !== last) {
      const first = indexOf(step).groups[step.problem[response] ?? 0]?.begin ?? response;
      items.push(headingOf(responseId(step.step, first)));
    }
    last = group;
    items.push(responseId(step.step, response));
  }
  return { items: Float64Array.from(items), ...counts };
}

function sorted(steps: readonly KeptStep[], query: RolloutQuery, order: Exclude<RolloutOrder, 'group'>): Found {
  const valueOf = VALUES[order];
  const ids: number[] = [];
  const values: number[] = [];
  const counts = new StepCounter();
  for (const { step, response } of matches(steps, query)) {
    counts.add(step.step);
    ids.push(responseId(step.step, response));
    const value = valueOf(step, response);
    values.push(Number.isNaN(value) ? Infinity : query.descending ? -value : value);
  }
  // Equal values keep the order of the rollouts: sorting is stable.
  const places = Uint32Array.from(ids, (_, i) => i).sort((a, b) => {
    const [left, right] = [values[a] ?? 0, values[b] ?? 0];
    return left < right ? -1 : left > right ? 1 : a - b;
  });
  return { items: Float64Array.from(places, (place) => ids[place] ?? 0), ...counts };
}

/** Counts responses, and the steps that they are in; those of a step come one after another. */
class StepCounter {
  responses = 0;
  steps = 0;
  #last = 0;

  add(step: number): void {
    this.responses += 1;
    if (step !== this.#last) this.steps += 1;
    this.#last = step;
  }
}

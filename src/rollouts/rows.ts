/** Kept responses as the page shows them: rows of a list, and one response with all its tokens. */
import { ZONES, type RolloutView } from '../run/step-record.ts';
import {
  indexOfId,
  responseId,
  stepOfId,
  TOKEN_EFFECTS,
  type GroupRow,
  type ResponseRow,
  type RolloutDetail,
  type RolloutRow,
  type ZoneFilter,
} from '../views/rollouts.ts';
import { COUNTS, FLAGS, tokenValues, type KeptStep } from './kept-step.ts';
import { columnOf } from './search.ts';
import { indexOf } from './step-index.ts';

/** Characters of a response in a row of the list, and of those before a match. */
const ROW_TEXT = 240;
const BEFORE_MATCH = 60;

type Steps = ReadonlyMap<number, KeptStep>;

/**
 * The rows of items of `FoundRollouts`; without those whose step is no longer kept.
 *
 * @param text what was searched
 */
export function rowsOf(steps: Steps, items: ArrayLike<number>, text: string): RolloutRow[] {
  return Array.from(items).flatMap((item): RolloutRow[] => {
    const id = item < 0 ? -1 - item : item;
    const step = steps.get(stepOfId(id));
    if (!step) return [];
    return [item < 0 ? groupRow(step, indexOfId(id)) : responseRow(step, indexOfId(id), text)];
  });
}

/** The heading of a response's group. */
function groupRow(step: KeptStep, response: number): GroupRow {
  const problem = step.problem[response] ?? 0;
  const { prompt = '', answer = '', key = '', group = 0, difficulty } = step.problems[problem] ?? {};
  const {
    begin = 0,
    end = 0,
    correct = 0,
    state = 'mixed',
    zeroAdvantage = false,
  } = indexOf(step).groups[problem] ?? {};
  return {
    kind: 'group',
    id: responseId(step.step, begin),
    step: step.step,
    group,
    prompt,
    answer,
    key,
    ...(difficulty !== undefined && { difficulty }),
    correct,
    size: end - begin,
    state,
    zeroAdvantage,
  };
}

export function responseRow(step: KeptStep, response: number, text = ''): ResponseRow {
  const problem = step.problem[response] ?? 0;
  const { begin: first = 0, state = 'mixed' } = indexOf(step).groups[problem] ?? {};
  const flags = step.flags[response] ?? 0;
  const length = (step.begin[response + 1] ?? 0) - (step.begin[response] ?? 0);
  const share = (zone: ZoneFilter) => (step.counts[response * COUNTS + columnOf(zone)] ?? 0) / Math.max(1, length);
  return {
    kind: 'response',
    id: responseId(step.step, response),
    step: step.step,
    group: step.problems[problem]?.group ?? 0,
    sample: response - first,
    prompt: step.problems[problem]?.prompt ?? '',
    ...excerpt(step.texts[response] ?? '', text),
    reward: step.reward[response] ?? 0,
    correct: (flags & FLAGS.correct) !== 0,
    finished: (flags & FLAGS.finished) !== 0,
    advantage: step.advantage[response] ?? 0,
    length,
    ...((flags & FLAGS.measured) !== 0 && {
      measured: {
        ratio: step.ratio[response] ?? 1,
        kl: step.kl[response] ?? 0,
        ...(step.klReference && { klReference: step.klReference[response] ?? 0 }),
        low: share('negative-low'),
        high: share('positive-high'),
      },
    }),
    state,
  };
}

/** A text's beginning, or the part with the first match. */
export function excerpt(text: string, wanted: string): { text: string; match?: [number, number] } {
  const at = wanted === '' ? -1 : text.toLowerCase().indexOf(wanted.toLowerCase());
  const from = at > BEFORE_MATCH && text.length > ROW_TEXT ? at - BEFORE_MATCH : 0;
  const lead = from > 0 ? '…' : '';
  const shown = text.slice(from, from + ROW_TEXT);
  const tail = from + ROW_TEXT < text.length ? '…' : '';
  const start = at - from + lead.length;
  return {
    text: lead + shown + tail,
    ...(at >= 0 && { match: [start, Math.min(start + wanted.length, lead.length + shown.length)] }),
  };
}

/** @returns undefined if its step is not kept */
export function detailOf(steps: Steps, id: number, text: string): RolloutDetail | undefined {
  const step = steps.get(stepOfId(id));
  const response = indexOfId(id);
  if (!step || response >= step.texts.length) return undefined;
  const problem = step.problem[response] ?? 0;
  const { begin = 0, end = 0 } = indexOf(step).groups[problem] ?? {};
  const group = groupRow(step, response);
  return {
    row: responseRow(step, response, text),
    group,
    text: step.texts[response] ?? '',
    view: viewOf(step, response),
    zones: Object.fromEntries(
      [...ZONES, ...TOKEN_EFFECTS].map((zone) => [zone, step.counts[response * COUNTS + columnOf(zone)] ?? 0]),
    ) as Record<ZoneFilter, number>,
    members: Array.from({ length: end - begin }, (_, i) => responseRow(step, begin + i)),
    steps: [...steps.values()]
      .filter(({ problems }) => problems.some(({ key }) => key === group.key))
      .map((one) => one.step)
      .sort((a, b) => a - b),
  };
}

/** As the live view shows a response. */
function viewOf(step: KeptStep, response: number): RolloutView {
  const { prompt = '', answer = '' } = step.problems[step.problem[response] ?? 0] ?? {};
  const flags = step.flags[response] ?? 0;
  const measured = (flags & FLAGS.measured) !== 0;
  const [begin, end] = [step.begin[response] ?? 0, step.begin[response + 1] ?? 0];
  const texts = Array.from(step.tokens.subarray(begin, end), (token) => step.vocabulary.texts[token] ?? '');
  const rewards = Object.fromEntries(Object.entries(step.rewards).map(([key, scores]) => [key, scores[response] ?? 0]));
  const values = tokenValues(step, response);
  return {
    prompt,
    reward: step.reward[response] ?? 0,
    correct: (flags & FLAGS.correct) !== 0,
    ...(Object.keys(rewards).length > 0 && { rewards }),
    advantage: step.advantage[response] ?? 0,
    answer,
    tokens: measured
      ? texts.map((text, t) => {
          const [logRatio = 0, oldLogprob = 0] = [values.logRatio[t], values.oldLogprob[t]];
          return {
            text,
            ratio: Math.exp(logRatio),
            weight: values.weight[t] ?? 0,
            ppoWeight: values.ppoWeight[t] ?? 0,
            zone: ZONES[step.zone[begin + t] ?? 0] ?? 'inside',
            probability: Math.exp(oldLogprob + logRatio),
            oldProbability: Math.exp(oldLogprob),
            entropy: values.entropy[t] ?? 0,
          };
        })
      : [],
    ...(!measured && { unused: texts }),
  };
}

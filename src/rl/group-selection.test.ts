/** Which responses of a rollout are used in updates, and the indices of their tokens. */
import { expect, it } from 'vitest';
import { parseRunConfig, type RlConfig } from '../run/config.ts';
import { selectGroups } from './group-selection.ts';
import type { Response } from './response.ts';

/** Tokens are numbered from 0 in these responses, so that one of 5 tokens or more has it; it ends those of 5. */
const END = 4;

function rlConfig(prompts: number, responses: number, filter: boolean, overlong = false): RlConfig {
  const { rl } = parseRunConfig(
    {
      name: 'groups',
      seed: 1,
      model: { checkpoint: 'embedded:addition-0.1M' },
      task: { name: 'addition', digits: 1 },
      rl: {
        steps: 1,
        prompts,
        responses,
        filter_groups: filter,
        overlong_filter: overlong,
        strategy: { name: 'gppo' },
      },
    },
    'test',
  );
  if (!rl) throw new Error('the recipe has no RL stage');
  return rl;
}

/** Responses of groups, each given as [advantage, number of tokens]. */
const responsesOf = (groups: [number, number][][]): Response[] =>
  groups.flatMap((members, group) =>
    members.map(([advantage, length]) => ({
      tokens: Array.from({ length }, (_, t) => t),
      logprobs: new Array<number>(length).fill(-1),
      problem: { prompt: '1+1=', answer: '2', key: '1+1', row: {} },
      prompt: [1],
      group,
      reward: 0,
      correct: false,
      rewards: {},
      advantage,
      index: -1,
    })),
  );

const MIXED: [number, number][][] = [
  [
    [1, 3],
    [-1, 2],
  ],
  [
    [0, 4],
    [0, 5],
  ],
  [
    [-0.5, 1],
    [0.5, 6],
  ],
];

it('filters groups in which every advantage is 0, and numbers the tokens of the others in order', () => {
  const responses = responsesOf(MIXED);
  const { groups, tokens, filtered } = selectGroups(responses, rlConfig(3, 2, true), [END]);
  expect(groups.map((members) => members.map(({ group }) => group))).toEqual([
    [0, 0],
    [2, 2],
  ]);
  expect(responses.map(({ index }) => index)).toEqual([0, 3, -1, -1, 5, 6]);
  expect(tokens).toBe(12);
  expect(filtered).toBeCloseTo(1 / 3, 12);
});

it('keeps every group without the filter', () => {
  const responses = responsesOf(MIXED);
  const { groups, tokens, filtered } = selectGroups(responses, rlConfig(3, 2, false), [END]);
  expect(groups).toHaveLength(3);
  expect(responses.map(({ index }) => index)).toEqual([0, 3, 5, 9, 14, 15]);
  expect({ tokens, filtered }).toEqual({ tokens: 21, filtered: 0 });
});

it('filters every group when all rewards are equal, and leaves no index', () => {
  const responses = responsesOf(MIXED.map((members) => members.map(([, length]) => [0, length])));
  expect(selectGroups(responses, rlConfig(3, 2, true), [END])).toEqual({
    groups: [],
    tokens: 0,
    filtered: 1,
    overlong: 0,
  });
  expect(responses.every(({ index }) => index === -1)).toBe(true);
});

it('keeps a group with a single advantage other than 0', () => {
  const responses = responsesOf([
    [
      [0, 2],
      [0, 2],
      [0.25, 2],
    ],
  ]);
  const { groups, tokens } = selectGroups(responses, rlConfig(1, 3, true), [END]);
  expect(groups).toEqual([responses]);
  expect(tokens).toBe(6);
});

it('uses the first groups where several batches gave more than needed', () => {
  const responses = responsesOf([...MIXED, ...MIXED]);
  const { groups, tokens, filtered } = selectGroups(responses, rlConfig(3, 2, true), [END]);
  expect(groups.map((members) => members.map(({ group }) => group))).toEqual([
    [0, 0],
    [2, 2],
    [3, 3],
  ]);
  expect(responses.map(({ index }) => index)).toEqual([0, 3, -1, -1, 5, 6, 12, 15, -1, -1, -1, -1]);
  expect(tokens).toBe(17);
  expect(filtered).toBeCloseTo(1 / 3, 12);
});

it('leaves truncated responses out under overlong_filter, and groups without others', () => {
  const responses = responsesOf([
    [
      [1, 5],
      [-1, 3],
    ],
    [
      [1, 6],
      [-1, 2],
    ],
    [
      [0, 5],
      [0, 1],
    ],
  ]);
  const selected = selectGroups(responses, rlConfig(3, 2, false, true), [END]);
  expect(selected.groups).toEqual([[responses[0]], [responses[4]]]);
  expect(responses.map(({ index }) => index)).toEqual([0, -1, -1, -1, 5, -1]);
  expect(selected).toMatchObject({ tokens: 10, overlong: 4 / 6 });
  const [first] = selectGroups(responses, rlConfig(3, 2, true, true), [END]).groups;
  expect(first).toEqual([responses[0]]);
});

it('takes every end token of the model as the end of a response', () => {
  const responses = responsesOf([
    [
      [1, 5],
      [-1, 3],
      [0.5, 2],
    ],
  ]);
  const { groups, overlong } = selectGroups(responses, rlConfig(1, 3, true, true), [END, 2]);
  expect(groups).toEqual([[responses[0], responses[1]]]);
  expect(overlong).toBe(1 / 3);
});

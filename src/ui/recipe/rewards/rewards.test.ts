import { describe, expect, it } from 'vitest';
import { RewardConfig } from '../../../rewards/config.ts';
import { newReward, REWARD_NAMES } from '../../../rewards/new-reward.ts';
import { withField } from '../../../store/recipe.ts';
import { useRecipe } from '../../../store/recipe-store.ts';
import { moved } from './moved.ts';
import { codeProblems, descriptionOf, fieldsOfReward, sourceProblem, weightField } from './reward-fields.ts';

describe('the fields of rewards', () => {
  it.each([...REWARD_NAMES])('%s has a description, a weight and all its fields', (name) => {
    const option = RewardConfig.options.find(({ shape }) => shape.name.value === name);
    const own = Object.keys(option?.shape ?? {}).filter((key) => key !== 'name' && key !== 'weight');
    expect(fieldsOfReward(name).map(({ path }) => path)).toEqual(own);
    expect(descriptionOf(name)).toMatch(/^[A-Z].*\.$/);
    expect(weightField(name).default).toBe(1);
  });

  it('every reward of the schema is offered, and begins valid', () => {
    expect([...REWARD_NAMES].sort()).toEqual(RewardConfig.options.map(({ shape }) => shape.name.value).sort());
    for (const name of REWARD_NAMES) expect(RewardConfig.safeParse(newReward(name)).success, name).toBe(true);
  });
});

describe('problems of a source', () => {
  it('are marked on the line that they name, else on the first', () => {
    const message = sourceProblem("Rewards: reward custom: source: line 3: SyntaxError: unexpected token ')'.");
    expect(message).toBe("Line 3: SyntaxError: unexpected token ')'.");
    expect(codeProblems(message)).toEqual([{ line: 3, column: 1, message }]);
    expect(codeProblems('Expected a function.')).toMatchObject([{ line: 1 }]);
    expect(codeProblems(undefined)).toEqual([]);
  });
});

describe('the list of the recipe', () => {
  const { set, type } = useRecipe.getState();
  const problems = () => useRecipe.getState().problems;

  it('stays a list when a field of one reward is typed', () => {
    const recipe = useRecipe.getState().config;
    const given = withField(recipe, 'task.rewards', [newReward('number'), newReward('contains')]);
    const typed = withField(withField(given, 'task.rewards.1.text', 'so'), 'task.rewards.0.weight', undefined);
    expect(typed.task.rewards).toEqual([
      { ...newReward('number'), weight: undefined },
      { ...newReward('contains'), text: 'so' },
    ]);
  });

  it('shows a problem at the field of its reward, which goes with it', () => {
    set('task.rewards', [newReward('number'), newReward('regex')]);
    type('task.rewards.1.pattern', { value: '(?<=a)b' });
    expect(Object.keys(problems())).toEqual(['task.rewards.1.pattern']);
    type('task.rewards.0.weight', { text: 'x', problem: '“x” is not a number.' });
    expect(Object.keys(problems()).sort()).toEqual(['task.rewards.0.weight', 'task.rewards.1.pattern']);
    set('task.rewards', [newReward('number')]);
    expect(problems()).toEqual({});
    set('task.rewards', undefined);
  });

  it('moves a reward by one place, within the list', () => {
    expect(moved(['a', 'b', 'c'], 1, -1)).toEqual(['b', 'a', 'c']);
    expect(moved(['a', 'b', 'c'], 1, 1)).toEqual(['a', 'c', 'b']);
    expect(moved(['a', 'b'], 1, 1)).toEqual(['a', 'b']);
    expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b']);
  });
});

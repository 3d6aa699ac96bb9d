import { expect, it } from 'vitest';
import { defaultRewards, newReward } from './new-reward.ts';

it.each([
  ['numbers in any writing', ['18', '-3.5', '$1,000', '1/2', '40 %', '\u22127'], newReward('number')],
  ['nine numbers of ten', [...Array<string>(9).fill('1'), 'none'], newReward('number')],
  ['words', ['Paris', '18 apples', 'x = 3'], newReward('exact')],
  ['too few numbers', ['1', '2', 'three'], newReward('exact')],
  ['no answers', [], newReward('exact')],
])('data with %s begin with a reward that fits', (_, answers, expected) => {
  expect(defaultRewards(answers)).toEqual([expected]);
});

it('solutions with GSM8K’s marker are compared by the number behind it', () => {
  expect(defaultRewards(['So 2 + 3 = 5.\n#### 5', '#### 1,000'])).toMatchObject([
    { name: 'number', answer_marker: '####' },
  ]);
});

/** The curriculum's rates and probabilities by their formulas, its draws by their shares, its state bit for bit. */
import { describe, expect, it } from 'vitest';
import { stream } from '../random.ts';
import { Curriculum } from './curriculum.ts';

const config = (floor: number, memory: number) => ({ curriculum_floor: floor, curriculum_memory: memory });
const outcomes = (item: number, correct: number, total: number) =>
  Array.from({ length: total }, (_, i) => ({ item, correct: i < correct }));

/** Items with pass rates 1/10, 5/10, 9/10, and one that was never sampled. */
function measured(floor = 0.2): Curriculum {
  const curriculum = new Curriculum(4, config(floor, 0.5));
  curriculum.observe([...outcomes(0, 0, 8), ...outcomes(1, 4, 8), ...outcomes(2, 8, 8)]);
  return curriculum;
}

describe('pass rates', () => {
  it('have one correct and one incorrect response as prior', () => {
    expect([...measured().rates]).toEqual([1 / 10, 5 / 10, 9 / 10, 1 / 2]);
  });

  it('discount earlier responses of an item when it is sampled again, and no others', () => {
    const curriculum = measured();
    curriculum.observe(outcomes(0, 4, 4));
    // c = 0.5 * 0 + 4, t = 0.5 * 8 + 4
    expect([...curriculum.rates]).toEqual([5 / 10, 5 / 10, 9 / 10, 1 / 2]);
    curriculum.observe(outcomes(0, 1, 2));
    expect(curriculum.rates[0]).toBe((0.5 * 4 + 1 + 1) / (0.5 * 8 + 2 + 2));
  });
});

describe('probabilities', () => {
  it.each([0, 0.2, 1])('are p (1 - p) with a floor of %d', (floor) => {
    const weights = [0.09, 0.25, 0.09, 0.25];
    const sum = weights.reduce((a, b) => a + b);
    const found = measured(floor).probabilities;
    for (const [i, weight] of weights.entries())
      expect(found[i]).toBeCloseTo(floor / 4 + ((1 - floor) * weight) / sum, 12);
    expect(found.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  });

  it('are even before any response', () => {
    expect([...new Curriculum(4, config(0.2, 0.9)).probabilities]).toEqual([0.25, 0.25, 0.25, 0.25]);
  });

  const DRAWS = 20_000;
  /** Four standard deviations of a share. */
  const near = (share: number, probability: number) =>
    expect(Math.abs(share - probability)).toBeLessThan(4 * Math.sqrt((probability * (1 - probability)) / DRAWS));

  it('are the shares of draws with replacement', () => {
    const curriculum = measured();
    const drawn = curriculum.draw(DRAWS, stream(1, 'test'));
    for (const [item, probability] of curriculum.probabilities.entries())
      near(drawn.filter((one) => one === item).length / DRAWS, probability);
  });

  it('decide the order of draws without replacement, which has every item once', () => {
    const curriculum = measured();
    const random = stream(2, 'test');
    const orders = Array.from({ length: DRAWS }, () => curriculum.order(random));
    for (const order of orders.slice(0, 100)) expect([...order].sort()).toEqual([0, 1, 2, 3]);
    const { probabilities } = curriculum;
    for (const [item, probability] of probabilities.entries())
      near(orders.filter(([first]) => first === item).length / DRAWS, probability);
    const second = (a: number, b: number) =>
      ((probabilities[a] ?? 0) * (probabilities[b] ?? 0)) / (1 - (probabilities[a] ?? 0));
    near(orders.filter(([first, next]) => first === 1 && next === 2).length / DRAWS, second(1, 2));
  });
});

it('is restored bit for bit from its state as JSON', () => {
  const curriculum = new Curriculum(5, config(0.1, 0.7));
  const random = stream(3, 'test');
  for (let step = 0; step < 50; step++)
    curriculum.observe(outcomes(random.integer(4), random.integer(4), 3 + random.integer(5)));
  const restored = new Curriculum(5, config(0.1, 0.7));
  restored.restore(JSON.parse(JSON.stringify(curriculum.state)) as typeof curriculum.state);
  expect(restored.rates).toEqual(curriculum.rates);
  expect(restored.state).toEqual(curriculum.state);
  expect(curriculum.state.length).toBeLessThan(5);
});

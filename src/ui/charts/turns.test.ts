import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

/** Turns on a page whose frames come when they are told to, with charts that each take some milliseconds. */
function turnsOf(milliseconds: number, restMs = 0) {
  const repaints: (() => void)[] = [];
  const drawn: string[] = [];
  let now = 0;
  const turns = new Turns(
    (work) => repaints.push(work),
    () => now,
    restMs,
  );
  const charts = new Map<string, object>();
  const changes = (name: string, value: string | number) => {
    const chart = charts.get(name) ?? {};
    charts.set(name, chart);
    turns.add(chart, () => {
      now += milliseconds;
      drawn.push(`${name} ${value}`);
    });
  };
  const frame = () => {
    repaints.shift()?.();
    return drawn.splice(0);
  };
  const pass = (ms: number) => void (now += ms);
  return { turns, charts, changes, frame, repaints, pass };
}

it('draws as many charts per frame as fit its budget, and asks for no frame without work', () => {
  const { changes, frame, repaints } = turnsOf(4);
  for (const name of ['a', 'b', 'c', 'd', 'e']) changes(name, 1);
  expect(frame()).toEqual(['a 1', 'b 1']);
  expect(frame()).toEqual(['c 1', 'd 1']);
  expect(frame()).toEqual(['e 1']);
  expect(repaints).toEqual([]);
});

it('draws one chart per frame, however long it takes, and every chart gets its turn', () => {
  const { changes, frame } = turnsOf(100);
  const drawn: string[] = [];
  for (let step = 1; step <= 6; step++) {
    for (const name of ['a', 'b', 'c']) changes(name, step);
    drawn.push(...frame());
  }
  expect(drawn).toEqual(['a 1', 'b 2', 'c 3', 'a 4', 'b 5', 'c 6']);
});

it('lets a chart that was just drawn rest, and then draws what is newest', () => {
  const { changes, frame, pass } = turnsOf(1, 100);
  changes('a', 1);
  expect(frame()).toEqual(['a 1']);
  changes('a', 2);
  changes('b', 2);
  expect(frame()).toEqual(['b 2']);
  pass(50);
  changes('a', 3);
  expect(frame()).toEqual([]);
  pass(50);
  expect(frame()).toEqual(['a 3']);
});

it('draws nothing of a chart that was removed', () => {
  const { turns, charts, changes, frame } = turnsOf(1);
  changes('a', 1);
  changes('b', 1);
  turns.remove(charts.get('a') ?? {});
  expect(frame()).toEqual(['b 1']);
});

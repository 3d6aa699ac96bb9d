import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Paced } from './paced.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A worker with a state, and a page that takes messages when it is told to. */
function pacedPage() {
  let state = 0;
  const sent: number[] = [];
  const take: (() => void)[] = [];
  const refuse: (() => void)[] = [];
  const paced = new Paced(() => {
    sent.push(state);
    return new Promise<void>((resolve, reject) => {
      take.push(resolve);
      refuse.push(() => reject(new Error('the page has a fault')));
    });
  });
  const becomes = (next: number, how: 'soon' | 'now' = 'soon') => {
    state = next;
    paced[how]();
  };
  return { sent, take, refuse, becomes };
}

it('sends at most 10 times per second, the newest state each time', async () => {
  const { sent, take, becomes } = pacedPage();
  becomes(1);
  await vi.advanceTimersByTimeAsync(0);
  take.shift()?.();
  for (let state = 2; state <= 9; state++) {
    becomes(state);
    await vi.advanceTimersByTimeAsync(10);
  }
  expect(sent).toEqual([1]);
  await vi.advanceTimersByTimeAsync(20);
  expect(sent).toEqual([1, 9]);
});

it('a page that does not keep up has one message to take, and then the newest', async () => {
  const { sent, take, becomes } = pacedPage();
  becomes(0);
  for (let state = 1; state <= 1000; state++) {
    becomes(state, state % 100 === 0 ? 'now' : 'soon');
    await vi.advanceTimersByTimeAsync(150);
  }
  expect(sent).toEqual([1]);
  take.shift()?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toEqual([1, 1000]);
  take.shift()?.();
  await vi.advanceTimersByTimeAsync(1000);
  expect(sent).toEqual([1, 1000]);
});

it('a change of state is sent as soon as the page has taken the message before', async () => {
  const { sent, take, becomes } = pacedPage();
  becomes(1, 'now');
  becomes(2, 'now');
  expect(sent).toEqual([1]);
  take.shift()?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toEqual([1, 2]);
});

it('continues after a message that the page could not handle', async () => {
  const { sent, refuse, becomes } = pacedPage();
  becomes(1, 'now');
  becomes(2);
  refuse.shift()?.();
  await vi.advanceTimersByTimeAsync(100);
  expect(sent).toEqual([1, 2]);
});

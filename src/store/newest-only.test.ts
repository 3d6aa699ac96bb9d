import { expect, it } from 'vitest';
import { newestOnly } from './newest-only.ts';

/** Work that ends when it is told to. */
function controlled() {
  const ends: (() => void)[] = [];
  let begun = 0;
  const work = newestOnly(() => {
    begun += 1;
    return new Promise<void>((resolve) => ends.push(resolve));
  });
  const settle = async () => {
    ends.shift()?.();
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { work, settle, begun: () => begun };
}

it('does work that was asked for meanwhile once more, however often it was asked for', async () => {
  const { work, settle, begun } = controlled();
  const first = work.again();
  const others = [work.again(), work.again(), work.again()];
  expect(begun()).toBe(1);
  await settle();
  expect(begun()).toBe(2);
  await settle();
  await Promise.all([first, ...others]);
  expect(begun()).toBe(2);
});

it('joins work that is being done, and does it again afterwards', async () => {
  const { work, settle, begun } = controlled();
  const both = Promise.all([work.again(), work.join()]);
  await settle();
  await both;
  expect(begun()).toBe(1);
  const later = work.join();
  await settle();
  await later;
  expect(begun()).toBe(2);
});

it('can be done again after it failed', async () => {
  let fails = true;
  const work = newestOnly(() => (fails ? Promise.reject(new Error('no storage')) : Promise.resolve()));
  await expect(work.again()).rejects.toThrow('no storage');
  fails = false;
  await work.again();
});

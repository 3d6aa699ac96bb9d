/**
 * Time during which the GPU's queue has work: from each submission until the queue reports it done, overlaps counted
 * once.
 */
import type { Gpu } from '../../src/gpu/device.ts';

export interface QueueWatch {
  /** Milliseconds so far during which submitted work was pending. */
  busy(): number;
  submissions(): number;
  stop(): void;
}

export function watchQueue({ device: { queue } }: Gpu): QueueWatch {
  let submissions = 0;
  let pending = 0;
  let since = 0;
  let busy = 0;
  const submit = (Object.getPrototypeOf(queue) as GPUQueue).submit;
  Object.defineProperty(queue, 'submit', {
    configurable: true,
    value: (commands: Iterable<GPUCommandBuffer>) => {
      if (pending === 0) since = performance.now();
      pending += 1;
      submissions += 1;
      submit.call(queue, commands);
      void queue.onSubmittedWorkDone().then(() => {
        pending -= 1;
        if (pending === 0) busy += performance.now() - since;
      });
    },
  });
  return { busy: () => busy, submissions: () => submissions, stop: () => void Reflect.deleteProperty(queue, 'submit') };
}

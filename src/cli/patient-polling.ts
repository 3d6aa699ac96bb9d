/**
 * Waiting for the GPU under Node without keeping a core busy.
 *
 * Dawn's binding asks for news on every turn of the event loop as long as a promise of its is open, and so spins on one
 * core. A software adapter computes on those very cores: on a machine of two, pausing between the turns makes its work
 * a third faster.
 */

/** Between two questions, ms: the most that an answer comes late. */
const PAUSE = 0.5;

let patient = false;

/** Makes the waits of all of Dawn's devices patient, from now on. To be called when its classes are global. */
export function waitPatiently(): void {
  if (patient) return;
  patient = true;
  const cell = new Int32Array(new SharedArrayBuffer(4));
  let open = 0;
  /**
   * At most one pause a turn: promises that follow each other without a turn between must not add up to a chain of
   * pauses each.
   */
  let scheduled = false;
  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    // Not what keeps the process alive.
    setImmediate(pause).unref();
  };
  const pause = () => {
    scheduled = false;
    if (open === 0) return;
    Atomics.wait(cell, 0, 0, PAUSE);
    schedule();
  };
  const begin = () => {
    open += 1;
    schedule();
  };
  const end = () => {
    open -= 1;
  };
  const waiting = <Arguments extends unknown[], Result>(method: (this: never, ...args: Arguments) => Promise<Result>) =>
    function (this: never, ...args: Arguments): Promise<Result> {
      const promise = method.apply(this, args);
      begin();
      promise.then(end, end);
      return promise;
    };
  const [queue, buffer, device] = [GPUQueue.prototype, GPUBuffer.prototype, GPUDevice.prototype];
  queue.onSubmittedWorkDone = waiting(queue.onSubmittedWorkDone);
  buffer.mapAsync = waiting(buffer.mapAsync);
  device.createComputePipelineAsync = waiting(device.createComputePipelineAsync);
}

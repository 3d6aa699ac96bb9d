/**
 * Waiting for the GPU under Node without keeping a core busy.
 *
 * Dawn's binding polls on every turn of the event loop while one of its promises is pending, and so spins on one core.
 * A software adapter computes on the same cores: on a machine with two, pausing between turns makes its work a third
 * faster.
 */

/** Pause between two polls, ms: the maximum added latency. */
const PAUSE = 0.5;

let patient = false;

/** Slows the polling of all of Dawn's devices from now on. Call after its classes are global. */
export function waitPatiently(): void {
  if (patient) return;
  patient = true;
  const cell = new Int32Array(new SharedArrayBuffer(4));
  let open = 0;
  /** At most one pause per turn: promises chained within one turn must not each add a pause. */
  let scheduled = false;
  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    // The timer must not keep the process alive.
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

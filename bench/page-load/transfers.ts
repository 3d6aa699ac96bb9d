/** What a load of the page transferred, from the browser's Resource Timing entries. */

/** One response. */
export interface Transfer {
  address: string;
  /** Bytes of the body as sent, that is after compression. */
  bytes: number;
  /** Milliseconds since 1970. */
  end: number;
}

export interface TransferredBytes {
  pageScript: number;
  workerScript: number;
  total: number;
}

/** In a page or worker: its responses so far, a page's own document included. Runs in the browser: no imports. */
export function readTransfers(): Transfer[] {
  return [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map((entry) => {
    const { name, encodedBodySize, responseEnd } = entry as PerformanceResourceTiming;
    return { address: name, bytes: encodedBodySize, end: performance.timeOrigin + responseEnd };
  });
}

/**
 * Bytes of the responses that ended by `until`.
 *
 * @param page the page's responses, which include the first script of each worker
 * @param worker the responses to requests of workers
 * @param workerScripts addresses of the workers' first scripts
 * @param until milliseconds since 1970
 */
export function transferredBytes(
  { page, worker, workerScripts }: { page: Transfer[]; worker: Transfer[]; workerScripts: string[] },
  until: number,
): TransferredBytes {
  const sum = (transfers: Transfer[]) =>
    transfers.reduce((total, { bytes, end }) => total + (end <= until ? bytes : 0), 0);
  const isScript = ({ address }: Transfer) => new URL(address).pathname.endsWith('.js');
  const startsWorker = ({ address }: Transfer) => workerScripts.includes(address);
  return {
    pageScript: sum(page.filter((transfer) => isScript(transfer) && !startsWorker(transfer))),
    workerScript: sum([...page.filter(startsWorker), ...worker.filter(isScript)]),
    total: sum([...page, ...worker]),
  };
}

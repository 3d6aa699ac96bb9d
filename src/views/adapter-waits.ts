/** Waits before an adapter is requested again after a loss, ms: a driver takes some seconds to reset. */
export const ADAPTER_WAITS = [500, 1000, 2000, 4000] as const;

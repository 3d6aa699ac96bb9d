/** Which files may be metric logs, by their names: small, because the page looks at every dropped file. */

/** Endings of the logs that are rows, and of W&B's own file, which is refused with what to do instead. */
const LOG_ENDINGS = ['jsonl', 'ndjson', 'json', 'csv', 'tsv', 'parquet', 'wandb'] as const;
const OF_LOG = new RegExp(`\\.(${LOG_ENDINGS.join('|')})$`, 'i');

/** @param name of a file, without its folder */
export const isLogName = (name: string): boolean => OF_LOG.test(name);

/** Event files of TensorBoard. @param name of a file, without its folder */
export const isEventName = (name: string): boolean => /tfevents/i.test(name);

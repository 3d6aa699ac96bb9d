/** How the names of recordings end; apart from the format, which the first screen does not load. */
export const RECORDING_ENDING = '.recording.jsonl.gz';

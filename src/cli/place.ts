/** Where this process runs: a process number means something only there. */
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

const textOf = (read: () => string): string => {
  try {
    return read().trim();
  } catch {
    return '';
  }
};

/** Containers with one host name, and a host that was restarted, are different places. */
export const PLACE = [
  hostname(),
  textOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
  textOf(() => readlinkSync('/proc/self/ns/pid')),
]
  .filter(Boolean)
  .join(' ');

/** Short, for names of files. */
export const PLACE_ID = createHash('sha256').update(PLACE).digest('hex').slice(0, 8);

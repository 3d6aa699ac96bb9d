/** Folders and zip archives of runs with damage in one of their files, in the archive, or in its names. */
import { readFileSync } from 'node:fs';
import { zipSync, type Zippable } from 'fflate';
import { runFiles } from '../../src/archive/run-folder.ts';
import type { Random } from '../../src/random.ts';
import { archivedRun } from '../support/archived.ts';
import { choose, damagedBytes, damagedJson, damagedText, encode } from './damage.ts';

export const RUN = archivedRun('intact', 4, { state: 'complete' });
const SWEEP = readFileSync(new URL('../../configs/sweep-beta1.json', import.meta.url), 'utf8');
const FILES = Object.fromEntries(runFiles(RUN).map(({ path, text }) => [`runs/one/${path}`, text]));
/** One of the files damaged: as JSON where it is JSON, else as text. */
export function damagedFiles(random: Random): Record<string, string> {
  const files: Record<string, string> = { ...FILES, ...(random.integer(3) === 0 && { 'sweep.json': SWEEP }) };
  const path = choose(random, Object.keys(files));
  const text = files[path] ?? '';
  const damaged =
    path.endsWith('.json') && random.integer(4) > 0 ? damagedJson(JSON.parse(text), random) : damagedText(text, random);
  return { ...files, [path]: damaged };
}

const ZIP_NAMES = [
  '../../x/config.json',
  '/etc/config.json',
  'a\\b\\config.json',
  '__proto__',
  'config.json/',
  'x'.repeat(60_000),
];
/** Stands for `__proto__`, which an object cannot have as an ordinary key. */
const STAND_IN = 'proto-key';

export function damagedZip(random: Random): Uint8Array<ArrayBuffer> {
  const files: Zippable = Object.fromEntries(
    Object.entries(random.integer(2) === 0 ? damagedFiles(random) : FILES).map(([path, text]) => [path, encode(text)]),
  );
  switch (random.integer(12)) {
    case 0:
      // Unpacks to far more than its size.
      files[choose(random, ['runs/one/metrics.jsonl', 'other.bin'])] = new Uint8Array(8 * 2 ** 20);
      break;
    case 1:
    case 2:
      files[choose(random, ZIP_NAMES).replace('__proto__', STAND_IN)] = encode('{}');
      break;
    default:
      break;
  }
  const zip = renamed(new Uint8Array(zipSync(files, { level: random.integer(2) === 0 ? 0 : 6 })));
  if (random.integer(3) === 0) return zip;
  // The entries' own headers, or the list at the end.
  if (random.integer(4) === 0) return twice(zip);
  return random.integer(2) === 0 ? damagedBytes(zip, random) : damagedEnd(zip, random);
}

function renamed(zip: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const at = Buffer.from(zip.buffer);
  for (let i = at.indexOf(STAND_IN); i >= 0; i = at.indexOf(STAND_IN, i)) at.write('__proto__', i);
  return zip;
}

function damagedEnd(zip: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  const start = Math.max(0, zip.length - 400);
  const tail = damagedBytes(zip.subarray(start), random);
  const joined = new Uint8Array(start + tail.length);
  joined.set(zip.subarray(0, start));
  joined.set(tail, start);
  return joined;
}

/** Every file in the archive twice. */
function twice(zip: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(2 * zip.length);
  joined.set(zip);
  joined.set(zip, zip.length);
  return joined;
}

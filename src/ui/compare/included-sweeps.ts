/** Sweeps that ship with the project: the files that the command line runs. */
import { parseSweep, type Sweep } from '../../compare/sweep.ts';

const FILES = import.meta.glob<{ default: unknown }>('../../../configs/{study,sweep}-*.json');

/** By how their files are named. */
const GROUPS = [
  { group: 'Data for SFT', begins: 'study-' },
  { group: 'Claims of the papers', begins: 'sweep-claim-' },
  { group: 'Strategies', begins: 'sweep-' },
] as const;

/** `best-rates` of `configs/sweep-best-rates.json`, in words. */
const labelOf = (file: string): string =>
  file
    .replace(/^(study|sweep)-/, '')
    .replaceAll('-', ' ')
    .replace(/^./, (first) => first.toUpperCase());

const fileOf = (path: string): string => path.replace(/^.*\//, '').replace(/\.json$/, '');

/** Choices for a select: files without their ending, by group. */
export function includedSweeps(): { group: string; items: { value: string; label: string }[] }[] {
  const files = Object.keys(FILES).map(fileOf).sort();
  const groupOf = (file: string) => GROUPS.find(({ begins }) => file.startsWith(begins))?.group;
  return GROUPS.map(({ group }) => ({
    group,
    items: files.filter((file) => groupOf(file) === group).map((file) => ({ value: file, label: labelOf(file) })),
  }));
}

/** @param file as in the choices */
export async function includedSweep(file: string): Promise<Sweep> {
  const path = Object.keys(FILES).find((one) => fileOf(one) === file);
  const load = path === undefined ? undefined : FILES[path];
  if (!load) throw new Error(`there is no sweep ${file}`);
  return parseSweep((await load()).default, `configs/${file}.json`);
}

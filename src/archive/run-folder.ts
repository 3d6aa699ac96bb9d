/**
 * A run as a folder: config.json, metrics.jsonl, report.json and report.md as the command line's `train` and `compare`
 * write them, and run.json with what they do not say: of runs of the page name, note, state, dates, adapter and
 * browser, of runs of the command line adapter and host. No command needs it: reports name what it says, and a resumed
 * run adds to it.
 */
import { z } from 'zod';
import { StudioError } from '../errors.ts';
import { parseJsonText } from '../json-text.ts';
import { digested, EMPTY_DIGEST, isWhole, type ArchivedRun } from './archived-run.ts';
import { parseRunConfig } from '../run/config.ts';
import { reportMarkdown } from '../report/markdown.ts';
import { reportText, RunReport } from '../report/run-report.ts';
import { StepRecordSchema } from '../run/record-schema.ts';
import { fileNameOf } from '../run/run-name.ts';
import { parseAs } from '../run/schema-issues.ts';
import type { StepRecord } from '../run/step-record.ts';

export interface TextFile {
  /** Path in the folder or archive, with forward slashes. */
  path: string;
  text: string;
}

export interface RunWithRecords {
  run: ArchivedRun;
  records: StepRecord[];
  /** Of its stages so far, if it has one. */
  report?: RunReport;
}

export interface ReadRun extends RunWithRecords {
  /** The folder that it was read from, with a slash at its end; empty for the topmost one. */
  folder: string;
}

const CONFIG = 'config.json';
export const METRICS = 'metrics.jsonl';
export const ABOUT = 'run.json';
const REPORT = 'report.json';
/** Why a run of a sweep failed, as the command line writes it. */
const ERROR = 'error.txt';
/** Of a sweep, above the folders of its runs. */
export const SWEEP = 'sweep.json';

/** Milliseconds since 1970, as far as dates reach. */
const moment = z.number().int().min(0).max(8.64e15);
/** Folders are named by ids: lone surrogates have no encoding, and dots are other folders. */
const isId = (text: string): boolean => !/^\.{1,2}$|[\ud800-\udfff]/u.test(text);
const About = z.object({
  id: z.string().min(1).max(200).refine(isId, 'expected an id that can name a folder').optional(),
  name: z.string().min(1).max(200).optional(),
  note: z.string().max(20_000).optional(),
  state: z.enum(['complete', 'stopped', 'interrupted', 'failed']).optional(),
  error: z.string().optional(),
  started: moment.optional(),
  changed: moment.optional(),
  adapter: z.string().max(1000).optional(),
  software: z.object({ studio: z.string().max(100), host: z.string().max(200) }).optional(),
});

/** run.json; of runs of earlier versions every field may be missing. */
export type RunAbout = z.infer<typeof About>;

export const aboutText = (about: RunAbout): string => `${JSON.stringify(about, null, 2)}\n`;

/** @throws StudioError `input` naming the field that cannot be read */
export const parseAbout = (text: string, where: string): RunAbout => parseAs(About, parseJsonText(text, where), where);

/** Whether a file of a folder describes a run or a sweep; weights and all other files are not read. */
export const isRunFile = (path: string): boolean =>
  [CONFIG, METRICS, ABOUT, REPORT, ERROR, SWEEP].includes(fileName(path));

export const fileName = (path: string) => path.slice(path.lastIndexOf('/') + 1);
export const folderName = (path: string) => path.slice(0, path.length - fileName(path).length);

export const configText = (config: ArchivedRun['config']): string => `${JSON.stringify(config, null, 2)}\n`;

/** metrics.jsonl: one record per line. */
export const recordLines = (records: readonly StepRecord[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');

/** The files of a run's folder. An active run is written in its current state, as interrupted. */
export function runFiles({ run, records, report }: RunWithRecords): TextFile[] {
  const { id, name, note, state, error, started, changed, adapter, software, config } = run;
  const about: RunAbout = {
    id,
    name,
    note,
    state: state === 'running' ? 'interrupted' : state,
    ...(error !== undefined && { error }),
    started,
    changed,
    adapter,
    ...(software && { software }),
  };
  return [
    { path: CONFIG, text: configText(config) },
    { path: METRICS, text: recordLines(records) },
    { path: ABOUT, text: aboutText(about) },
    ...(report
      ? [
          { path: REPORT, text: reportText(report) },
          { path: 'report.md', text: reportMarkdown(report) },
        ]
      : []),
  ];
}

/** Folder names for several runs: the runs' names as far as file systems allow, numbered if they are equal. */
export function folderNames(runs: readonly Pick<ArchivedRun, 'name'>[]): string[] {
  const taken = new Set<string>();
  return runs.map(({ name }) => {
    const base = fileNameOf(name);
    let folder = base;
    for (let i = 2; taken.has(folder.toLowerCase()); i++) folder = `${base}-${i}`;
    taken.add(folder.toLowerCase());
    return `${folder}/`;
  });
}

/**
 * All runs in a folder: the folder of one run, or any folder above several (a sweep of the command line, an export of
 * this page).
 *
 * @param where the folder's name, for messages
 * @param modified when its files were written, for runs without dates; milliseconds since 1970
 * @throws StudioError `input` naming the file, and the line or field in it, that cannot be read
 */
export async function readRunFolder(files: readonly TextFile[], where: string, modified: number): Promise<ReadRun[]> {
  const folders = files.filter(({ path }) => fileName(path) === METRICS).map(({ path }) => folderName(path));
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const whole = folders.filter((folder) => texts.has(folder + CONFIG));
  if (whole.length === 0)
    throw new StudioError(
      'input',
      `${where || 'The folder'}: there is no run in it.`,
      'Expected config.json and metrics.jsonl beside each other, as this page exports them and the command ' +
        'line’s train and compare write them.',
    );
  return Promise.all(whole.map((folder) => readRun(folder, texts, where, modified)));
}

async function readRun(
  folder: string,
  texts: ReadonlyMap<string, string>,
  where: string,
  modified: number,
): Promise<ReadRun> {
  const place = (file: string) => [where, folder + file].filter(Boolean).join('/');
  const [configuration = '', metrics = ''] = [texts.get(folder + CONFIG), texts.get(folder + METRICS)];
  const config = parseRunConfig(parseJsonText(configuration, place(CONFIG)), place(CONFIG));
  const records = parseMetrics(metrics, place(METRICS));
  const described = texts.get(folder + ABOUT);
  const about: RunAbout = described === undefined ? {} : parseAbout(described, place(ABOUT));
  const report = readReport(texts.get(folder + REPORT), place(REPORT));
  const digest = digested(EMPTY_DIGEST, records);
  const error = about.error ?? texts.get(folder + ERROR)?.trim();
  const whole = isWhole(config, digest);
  const run: ArchivedRun = {
    // A folder without an id gets one from its content, so that importing it twice gives the same run.
    id: about.id ?? `file:${await sha256(`${configuration}\n${metrics}`)}`,
    name: about.name ?? config.name,
    note: about.note ?? '',
    config,
    state: about.state ?? (error !== undefined ? 'failed' : whole ? 'complete' : 'interrupted'),
    ...(error !== undefined && { error }),
    started:
      about.started ?? Math.max(0, Math.round(modified - records.reduce((sum, { time }) => sum + time.step_ms, 0))),
    changed: about.changed ?? modified,
    adapter: about.adapter ?? '',
    ...(about.software && { software: about.software }),
    records: records.length,
    digest,
    ...(report && { reported: true }),
    imported: true,
  };
  return { run, records, folder, ...(report && { report }) };
}

/** `evaluate` may have written another report.json there, which has no stages. */
function readReport(text: string | undefined, where: string): RunReport | undefined {
  const value = text === undefined ? undefined : parseJsonText(text, where);
  const stages = typeof value === 'object' && value !== null && 'stages' in value;
  return stages ? parseAs(RunReport, value, where) : undefined;
}

/**
 * The records of a metrics.jsonl. An unterminated last line, which a killed process leaves, is ignored.
 *
 * @throws StudioError `input` naming the line
 */
export function parseMetrics(text: string, where: string): StepRecord[] {
  const lines = text.split('\n');
  const cut = lines.pop() ?? '';
  const records = lines.flatMap((line, i) =>
    line.trim() === ''
      ? []
      : [
          parseAs(
            StepRecordSchema,
            parseJsonText(line, `${where}: line ${i + 1}`),
            `${where}: line ${i + 1}`,
          ) as StepRecord,
        ],
  );
  try {
    const last = StepRecordSchema.safeParse(JSON.parse(cut));
    if (last.success) records.push(last.data as StepRecord);
  } catch {
    // This line was being written.
  }
  return records;
}

export async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

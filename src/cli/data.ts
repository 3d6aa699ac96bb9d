/** `data`: what a file of data has, how its columns are understood, and which of its rows cannot be read. */
import type { DataFile } from '../data/data-file.ts';
import type { Example } from '../data/example.ts';
import type { Lengths } from '../data/lengths.ts';
import { placeText, type BadRow } from '../data/records.ts';
import { summarize, tokenLengths, type DataSummary } from '../data/summary.ts';
import { inputError, StudioError } from '../errors.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import { checkPositionals, readArguments, required, type Arguments } from './arguments.ts';
import { openDataFile } from './data-file.ts';
import { hubDataFile, hubDataNames } from './hub-data.ts';
import { tokenizerOfFolder } from './tokenizer-folder.ts';

/** Bad rows and first rows that the text for people has. */
const SHOWN = { bad: 20, rows: 3, characters: 100 };

export async function data(args: string[]): Promise<void> {
  const given = readArguments('data', args, ['model', 'repository', 'revision'], ['json']);
  checkPositionals(given, 'data', 1);
  const file = await fileOf(given);
  const path = given.positionals[0] ?? file.name;
  const model = given.values['model'] === undefined ? undefined : required(given, 'data', 'model');
  const tokenizer = model === undefined ? undefined : await tokenizerOfFolder(model);
  const summary = await summarize(file, { preview: SHOWN.rows, listed: Infinity });
  const tokens =
    tokenizer && summary.mapping
      ? await tokenLengths(file, summary.mapping, tokenCounts(tokenizer, model ?? '', path))
      : undefined;
  console.log(given.values['json'] === true ? JSON.stringify(asJson(summary, tokens)) : asText(summary, tokens));
}

/** A file on disk, or of a data set on the hub. */
async function fileOf(given: Arguments): Promise<DataFile> {
  const [path] = given.positionals;
  const option = (name: string) => (given.values[name] === undefined ? undefined : required(given, 'data', name));
  const [repository, revision] = [option('repository'), option('revision')];
  if (repository === undefined) {
    if (revision !== undefined) throw inputError('data', '--revision: expected only with --repository');
    if (path === undefined) throw inputError('data', 'expected a file');
    return openDataFile(path);
  }
  if (path !== undefined) return hubDataFile({ repository, path, revision });
  const names = await hubDataNames(repository, revision);
  throw inputError('data', `expected a file of ${repository}, which has ${names.join(', ')}`);
}

/** Tokens as the model reads them: a prompt begins with the tokens that begin a text. */
function tokenCounts(tokenizer: Tokenizer, model: string, path: string) {
  const { chat, beginTokens } = tokenizer;
  const count = ({ prompt, answer, completion }: Example): Record<string, number> => {
    if (typeof prompt !== 'string' && !chat)
      throw inputError(model, `has no chat template, which the messages of ${path} need`);
    const text = typeof prompt === 'string' ? prompt : (chat?.render(prompt, true) ?? '');
    // A chat template writes the begin token itself.
    const begin = typeof prompt === 'string' ? beginTokens.length : 0;
    return {
      prompt: begin + tokenizer.encode(text).length,
      ...(answer !== undefined && { answer: tokenizer.encode(answer).length }),
      ...(completion !== undefined && { completion: tokenizer.encode(completion).length }),
    };
  };
  return (example: Example): Record<string, number> => {
    try {
      return count(example);
    } catch (error) {
      // Characters that the vocabulary lacks, and conversations that the template rejects.
      if (!(error instanceof StudioError)) throw error;
      throw new StudioError(error.kind, `${path}: ${placeText(example.place)}: ${error.message}`, error.advice);
    }
  };
}

function asJson({ rows, columns, guessed, bad }: DataSummary, tokens: ReadonlyMap<string, Lengths> | undefined) {
  return {
    rows,
    columns,
    guessed: guessed ?? {},
    bad_rows: bad.list.map(badRow),
    ...(tokens && {
      tokens: Object.fromEntries([...tokens].map(([part, { median, max }]) => [part, { median, max }])),
    }),
  };
}

const badRow = ({ place: { record, line, group, row }, reason }: BadRow) =>
  line === undefined ? { row_group: group, row: row ?? record, reason } : { line, reason };

function asText(summary: DataSummary, tokens: ReadonlyMap<string, Lengths> | undefined): string {
  const { name, format, rows, bytes, sha256, columns, guessed, bad, duplicates, characters, preview } = summary;
  const width = Math.max(0, ...Object.keys(columns).map((column) => column.length));
  const lengths = (unit: string, parts: Iterable<[string, { median: number; max: number }]>) =>
    [...parts].map(([part, { median, max }]) => `  ${part}: median ${median}, max ${max} ${unit}`);
  const mapping = Object.entries(guessed ?? {}).map(([part, column]) => `${part} = ${column}`);
  return [
    `${name}: ${format}, ${rows} rows, ${bytes} bytes`,
    `sha256: ${sha256}`,
    'columns:',
    ...Object.entries(columns).map(([column, type]) => `  ${column.padEnd(width)}  ${type}`),
    `guessed: ${mapping.length > 0 ? mapping.join(', ') : 'nothing; name the columns in the task'}`,
    ...(mapping.length > 0 ? [`duplicates: ${duplicates} rows with the problem of an earlier row`] : []),
    'lengths:',
    ...lengths('characters', Object.entries(characters)),
    ...(tokens ? lengths('tokens', tokens) : []),
    'first rows:',
    ...preview.map(({ row, place }) => `  ${placeText(place)}: ${shortened(JSON.stringify(row))}`),
    `bad rows: ${bad.count}`,
    ...bad.list.slice(0, SHOWN.bad).map(({ place, reason }) => `  ${placeText(place)}: ${reason}`),
    ...(bad.count > SHOWN.bad ? [`  and ${bad.count - SHOWN.bad} more; --json lists all`] : []),
  ].join('\n');
}

const shortened = (text: string) => (text.length > SHOWN.characters ? `${text.slice(0, SHOWN.characters)}...` : text);

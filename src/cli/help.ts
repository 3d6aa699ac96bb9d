/** The text of --help, wrapped at 100 columns. Config fields and their texts come from the schemas, as on the page. */
import { defaultsText, mergedFields, typeText, type ConfigField, type MergedField } from '../run/config/fields.ts';

export interface CommandHelp {
  /** Usage lines. */
  usage: string[];
  /** Its purpose, in one or two sentences. */
  summary: string;
  /** Each option with its value and description. */
  options: [option: string, description: string][];
  /** Environment variables that it reads, and what they are. */
  environment?: readonly [name: string, description: string][];
  /** Fields of its input file. */
  fields?: { title: string; list: readonly ConfigField[] };
}

const COLUMNS = 100;
const PREFIX = 'npm run --silent cli -- ';

export function commandHelp({ usage, summary, options, environment = [], fields }: CommandHelp): string {
  const width = Math.max(...[...options, ...environment].map(([name]) => name.length));
  const lines = ([name, text]: readonly [string, string]) => wrapped(`${name.padEnd(width)}  ${text}`, 2, width + 4);
  return [
    'usage:',
    ...usage.flatMap((line) => wrapped(`${PREFIX}${line}`, 2, 6)),
    '',
    ...wrapped(summary, 0, 0),
    '',
    'options:',
    ...options.flatMap(lines),
    ...lines(['--help', 'Prints this text.']),
    ...(environment.length > 0 ? ['', 'environment variables:', ...environment.flatMap(lines)] : []),
    ...(fields ? ['', fields.title, ...mergedFields(fields.list).flatMap(fieldLines)] : []),
  ].join('\n');
}

/** All commands with their usage. */
export function overview(commands: readonly CommandHelp[]): string {
  return [
    'commands:',
    ...commands.flatMap(({ usage, summary }) => [
      ...usage.flatMap((line) => wrapped(line, 2, 6)),
      ...wrapped(summary, 6, 6),
    ]),
    '',
    ...wrapped('COMMAND --help describes a command, its options and the fields of the file it reads.', 0, 0),
  ].join('\n');
}

/** `path  type, default  description` */
function fieldLines(field: MergedField): string[] {
  const defaults = defaultsText(field);
  const usual = field.required ? defaults : `default ${defaults}`;
  const unit = field.unit === undefined ? '' : `, in ${field.unit}`;
  return wrapped(`${field.path}  ${typeText(field)}${unit}, ${usual}  ${field.description}`, 2, 6);
}

/** Lines of at most COLUMNS characters; inner spaces are kept. @param hanging indent of all lines except the first */
function wrapped(text: string, indent: number, hanging: number): string[] {
  const lines: string[] = [];
  let line = ' '.repeat(indent);
  let gap = '';
  for (const piece of text.split(/( +)/)) {
    if (/^ +$/.test(piece)) {
      gap = piece;
      continue;
    }
    if (line.trim() !== '' && line.length + gap.length + piece.length > COLUMNS) {
      lines.push(line);
      line = ' '.repeat(hanging) + piece;
    } else line += (line.trim() === '' ? '' : gap) + piece;
    gap = '';
  }
  return [...lines, line];
}

/** docs/run-config.md: every field of a RunConfig, from its schema. */
import { defaultsText, mergedFields, typeText, type MergedField } from '../../src/run/config/fields.ts';
import { DOCUMENTED_FIELDS } from '../../src/run/documented-fields.ts';
import { wrapped } from './prose.ts';

const HEAD = `# RunConfig

*Generated from the schema in \`src/run/config.ts\` and \`src/run/config/\` by \`npm run docs\`; do not edit.*

A RunConfig is a JSON file that determines a run: the same config and seed on the same adapter give the same metrics,
bit for bit. \`train\` reads it, the page's recipe edits it, and examples are in \`configs/\`. A field that is left out
has its default; a section whose default is \`no SFT\`, \`no RL\` or \`no evaluation\` is not run when it is left out.
At least one of \`sft\`, \`rl\` and \`evaluation\` is required, and either \`model.checkpoint\` or
\`model.architecture\`. \`[]\` stands for each entry of a list; entries of \`task.rewards\` are in
[rewards.md](rewards.md).
`;

export function runConfigDocs(): string {
  const fields = mergedFields(DOCUMENTED_FIELDS);
  const sections = [...new Set(fields.map(({ path }) => sectionOf(path)))];
  /** Sections by what is said about their fields. */
  const documented = new Map<string, string>();
  const tables = sections.map((section) => {
    const about = fields.find(({ path }) => path === section.replace(/\[\]$/, ''));
    const rows = fields.filter(({ path }) => sectionOf(path) === section);
    const heading = about ? `${about.label}: \`${section}\`` : 'Top level';
    const key = JSON.stringify(rows.map((row) => [nameOf(row.path), typeText(row), row.description]));
    const same = documented.get(key);
    documented.set(key, same ?? section);
    const head = `## ${heading}\n\n${about ? `${wrapped(about.description)}\n\n` : ''}`;
    return `${head}${same === undefined ? table(rows) : `The fields are those of \`${same}\`.\n`}`;
  });
  return `${[HEAD, ...tables].join('\n')}`;
}

const sectionOf = (path: string) => path.split('.').slice(0, -1).join('.');
const nameOf = (path: string) => path.slice(path.lastIndexOf('.') + 1);

function table(rows: readonly MergedField[]): string {
  const lines = rows.map((field) => {
    const cells = [`\`${field.path}\``, typeText(field), defaultsText(field), field.unit ?? '', field.description];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['| field | type | default | unit | description |', '|---|---|---|---|---|', ...lines, ''].join('\n');
}

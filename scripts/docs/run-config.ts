/** docs/run-config.md: every field of a RunConfig, from its schema. */
import { CONFIG_FIELDS } from '../../src/run/config-fields.ts';
import { defaultsText, mergedFields, typeText, type MergedField } from '../../src/run/config/fields.ts';
import { wrapped } from './prose.ts';

const HEAD = `# RunConfig

*Generated from the schema in \`src/run/config.ts\` and \`src/run/config/\` by \`npm run docs\`; do not edit.*

A RunConfig is a JSON file that determines a run: the same config and seed on the same adapter give the same metrics,
bit for bit. \`train\` reads it, the page's recipe edits it, and examples are in \`configs/\`. A field that is left out
has its default; a section whose default is \`no SFT\`, \`no RL\` or \`no evaluation\` is not run when it is left out.
At least one of \`sft\`, \`rl\` and \`evaluation\` is required, and either \`model.checkpoint\` or
\`model.architecture\`.
`;

export function runConfigDocs(): string {
  const fields = mergedFields(CONFIG_FIELDS);
  const sections = [...new Set(fields.map(({ path }) => sectionOf(path)))];
  const tables = sections.map((section) => {
    const about = fields.find(({ path }) => path === section);
    const rows = fields.filter(({ path }) => sectionOf(path) === section);
    const heading = about ? `${about.label}: \`${section}\`` : 'Top level';
    return `## ${heading}\n\n${about ? `${wrapped(about.description)}\n\n` : ''}${table(rows)}`;
  });
  return `${[HEAD, ...tables].join('\n')}`;
}

const sectionOf = (path: string) => path.split('.').slice(0, -1).join('.');

function table(rows: readonly MergedField[]): string {
  const lines = rows.map((field) => {
    const cells = [`\`${field.path}\``, typeText(field), defaultsText(field), field.unit ?? '', field.description];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['| field | type | default | unit | description |', '|---|---|---|---|---|', ...lines, ''].join('\n');
}

/** Documents name files, scripts, folders and strategies: each of them must exist, and none may be left out. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { GENERATED_DOCS } from '../scripts/docs/generated.ts';
import { STRATEGY_NAMES } from '../src/run/strategies/strategy-config.ts';

const read = (path: string) => readFileSync(path, 'utf8');
const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((file) => file === 'sweeps/README.md' || /^[^/\\]+\.md$/.test(file))
    .map((file) => join('docs', file)),
];

/** Folders that a mention must name a file or a folder of. */
const ROOTS = /^(src|shaders|tests|e2e|bench|scripts|configs|docs|public|\.ci|\.github)\//;

/** Generated text: the benchmark's tables. */
const handwritten = (text: string) => text.replace(/<!-- (bench:\S+) -->[^]*?<!-- \/\1 -->/g, '');

/** Paths in a document, relative to the repository: words that begin with one of ROOTS. */
export function pathsOf(text: string): string[] {
  return [...text.matchAll(/(?<![\w/.:@-])\.?[\w-]+\/[\w./*-]*/g)]
    .map(([word]) => word.replace(/[.:]+$/, ''))
    .filter((word) => ROOTS.test(word));
}

/** Targets of a document's links to files, without anchors. */
export function linksOf(text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target.replace(/#.*$/, ''))
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target));
}

/**
 * `src/tasks/` names a folder, `configs/sweep-*.json` at least one file, anything else a file or a folder; a module may
 * be named without its extension.
 */
function isThere(path: string): boolean {
  if (path.endsWith('/')) return existsSync(path) && statSync(path).isDirectory();
  if (!path.includes('*')) return existsSync(path) || existsSync(`${path}.ts`);
  const pattern = new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\*/g, '[^/]*')}$`);
  const folder = path.slice(0, path.lastIndexOf('/', path.indexOf('*')));
  return (
    existsSync(folder) &&
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((file) => pattern.test(join(folder, file)))
  );
}

it('finds paths and links in text', () => {
  expect(pathsOf('see `src/gpu/device.ts`, src/tasks/. and runs/x, verl/src/y; https://a.b/src/c')).toEqual([
    'src/gpu/device.ts',
    'src/tasks/',
  ]);
  expect(linksOf('[a](../b.md#c) [d](https://e.f) [g](#h)')).toEqual(['../b.md']);
  expect(isThere('src/*/sweep.ts')).toBe(true);
  expect(isThere('src/*/no-such-file.ts')).toBe(false);
});

it.each(DOCUMENTS)('%s names files that exist', (document) => {
  const text = read(document);
  expect(pathsOf(text).filter((path) => !isThere(path))).toEqual([]);
  expect(linksOf(text).filter((target) => !existsSync(join(dirname(document), target)))).toEqual([]);
});

it.each(DOCUMENTS)('%s names npm scripts that exist', (document) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const mentioned = [...read(document).matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)].map(([, name = '']) => name);
  expect(mentioned.filter((name) => !(name in scripts))).toEqual([]);
});

it.each(DOCUMENTS.filter((path) => !(path in GENERATED_DOCS)))(
  '%s keeps its prose to 120 characters per line',
  (document) => {
    const lines = handwritten(read(document)).split('\n');
    expect(lines.filter((line) => line.length > 120 && !line.startsWith('|'))).toEqual([]);
  },
);

it('README stays within 150 lines', () => {
  expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(150);
});

it("README's table of folders has every folder of src and shaders", () => {
  const rows = read('README.md')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .join('\n');
  const folders = (root: string) =>
    readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  const names = [...folders('src').map((name) => `src/${name}`), ...folders('src/model'), ...folders('shaders')];
  expect(names.filter((name) => !rows.includes(`\`${name}\``))).toEqual([]);
});

it.each(['README.md', 'docs/strategies.md'])('%s names every built-in strategy', (document) => {
  const text = read(document);
  expect(STRATEGY_NAMES.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});

interface LintConfig {
  rules?: Record<string, unknown>;
}
it('docs/architecture.md lists what each folder may import as eslint.config.js has it', async () => {
  const config = '../eslint.config.js';
  const { default: entries } = (await import(/* @vite-ignore */ config)) as { default: LintConfig[] };
  const rule = entries.map(({ rules }) => rules?.['imports/table']).find(Array.isArray) as [
    string,
    Record<string, string[]>,
  ];
  const expected = Object.entries(rule[1]).map(
    ([folder, others]) => `| \`${folder}\` | ${others.length > 0 ? others.join(', ') : '-'} |`,
  );
  expect(expected.length).toBeGreaterThan(15);
  const lines = read('docs/architecture.md').split('\n');
  expect(expected.filter((row) => !lines.includes(row))).toEqual([]);
});

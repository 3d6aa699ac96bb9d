/** Metrics are declared in src/run/metrics alone: no other file of the source titles one, or gives it a unit. */
import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { METRICS, TIMES } from '../src/run/metrics/declaration.ts';
import { metricOf } from '../src/run/metrics/lookup.ts';

/** Properties that describe a metric, which only its declaration may do. */
const SAYING = new Set(['title', 'short', 'label', 'unit', 'format', 'help', 'description', 'percent', 'max']);

/** `actor/entropy`, also as the key of a series (`rl/actor/entropy`). */
const isMetric = (text: string) =>
  metricOf(text.replace(/^(sft|rl|evaluation)\//, '')) !== undefined && text.includes('/');

const PHASES = new Set(['sft', 'rl', 'evaluation']);

/** Settings and a glossary term of the same name. */
const ALSO_NAMES = new Set([
  'Learning rate',
  'KL to reference',
  'Clip fraction',
  'Response length',
  'Zero-advantage groups',
]);

/** Titles of several words: a single word such as `Entropy` has other uses. */
const TITLES = new Set(
  Object.values({ ...METRICS, ...TIMES })
    .map(({ title }) => title)
    .filter((title) => title.includes(' ') && !title.includes('<') && !ALSO_NAMES.has(title)),
);

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  return ts.isJsxText(node) ? node.text.trim() : undefined;
}

const nameOf = ({ name }: ts.ObjectLiteralElementLike): string | undefined =>
  name && (ts.isIdentifier(name) || ts.isStringLiteralLike(name)) ? name.text : undefined;

/** Places where a file describes a metric, which only its declaration may do. */
function declarationsIn(path: string, source: string): string[] {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const report = (why: string) =>
      found.push(`${path}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${why}`);
    const text = textOf(node);
    if (text !== undefined && TITLES.has(text)) report(`"${text}" is the title of a metric`);
    if (ts.isObjectLiteralExpression(node)) {
      const metric = node.properties.find(
        (property) => ts.isPropertyAssignment(property) && isMetric(textOf(property.initializer) ?? ''),
      );
      const saying = node.properties.map(nameOf).find((name) => name !== undefined && SAYING.has(name));
      if (metric && saying) report(`an object with the name of a metric has a ${saying}`);
      for (const property of node.properties)
        if (ts.isPropertyAssignment(property) && isMetric(nameOf(property) ?? ''))
          if (textOf(property.initializer) !== undefined || ts.isObjectLiteralExpression(property.initializer))
            report(`${nameOf(property)} has texts or properties of its own`);
    }
    if (ts.isArrayLiteralExpression(node)) {
      const texts = node.elements.flatMap((element) => textOf(element) ?? []);
      if (texts.some(isMetric) && texts.some((one) => !isMetric(one) && !PHASES.has(one)))
        report('an array pairs a metric with a text');
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

describe('the walk over the source', () => {
  it.each([
    ["const CHART = { metric: 'actor/entropy', title: 'Entropy' };", 'has a title'],
    ["const CHART = { metric: 'rl/zone/inside/mass', format: compact };", 'has a format'],
    ["const SHOWN = [['critic/score/mean', 'reward']];", 'pairs'],
    ["const SHOWN = { 'critic/score/mean': 'reward' };", 'texts'],
    ["const SHOWN = { 'accuracy/greedy': { unit: 'share' } };", 'properties'],
    ['const head = <th>Preserved gradient</th>;', 'is the title'],
    ["const head = 'Held-out accuracy, greedy';", 'is the title'],
  ])('finds %s', (source, why) => expect(declarationsIn('a.tsx', source)).toEqual([expect.stringContaining(why)]));

  it.each([
    "const CHARTS = [{ phase: 'rl', metric: 'actor/entropy' }];",
    "const SHOWN = ['actor/entropy', 'critic/score/mean'];",
    "metrics['actor/lr'] = learningRate;",
    "const metrics = { 'actor/entropy': mean(rows) };",
    "const chart = { title: 'Clipping', lines: [{ metric: 'clip_ratio/low_mean', color }] };",
  ])('lets %s pass', (source) => expect(declarationsIn('a.tsx', source)).toEqual([]));
});

it('only the declaration describes a metric', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .map((path) => `src/${path}`)
    .filter((path) => /\.tsx?$/.test(path) && !path.includes('.test.') && !path.startsWith('src/run/metrics/'));
  expect(files.length).toBeGreaterThan(100);
  expect(files.flatMap((path) => declarationsIn(path, readFileSync(path, 'utf8')))).toEqual([]);
});

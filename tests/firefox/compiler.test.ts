/** What naga, Firefox's compiler, says about custom strategies, and whether their checks work on its adapter. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compilerProblems, type CompilerMessage } from '../../src/objective/compiler-messages.ts';
import { isolatedModule } from '../../src/objective/curves.ts';
import { resolveStrategy } from '../../src/run/strategies/strategy-config.ts';
import { serveBuiltPage, type BuiltPage } from '../support/built-page.ts';
import { COMPILE_ERRORS, DIFFERENCES, PORTABLE } from '../support/strategy-cases.ts';
import { FirefoxPage } from './firefox-page.ts';

const RECORDED = 'tests/fixtures/compilers/naga.json';

const profile = mkdtempSync(join(tmpdir(), 'gppo-firefox-compiler-'));
let built: BuiltPage;
let firefox: FirefoxPage;
beforeAll(async () => {
  built = await serveBuiltPage();
  firefox = await FirefoxPage.open(profile);
  // A page of the origin without code.
  await firefox.page.goto(`${built.address}icon.svg`);
});
afterAll(async () => {
  await firefox.close();
  await built.close();
  rmSync(profile, { recursive: true, force: true });
});

const moduleOf = (source: string) =>
  isolatedModule(resolveStrategy({ name: 'custom', title: 'Mine', source, parameters: {} }));

/** Messages of naga about each text. */
function messagesOf(texts: readonly string[]): Promise<CompilerMessage[][]> {
  return firefox.page.evaluate(async (codes) => {
    const device = await (await navigator.gpu.requestAdapter())?.requestDevice();
    if (!device) throw new Error('no device');
    const all = [];
    for (const code of codes) {
      device.pushErrorScope('validation');
      const { messages } = await device.createShaderModule({ label: 'curve of Mine', code }).getCompilationInfo();
      await device.popErrorScope();
      all.push(messages.map(({ type, lineNum, linePos, message }) => ({ type, lineNum, linePos, message })));
    }
    device.destroy();
    return all;
  }, texts);
}

interface Recorded {
  name: string;
  before: number;
  messages: CompilerMessage[];
}
const problemsOf = (all: readonly Recorded[]) =>
  all.map(({ name, before, messages }) => {
    const { source } = COMPILE_ERRORS.find((error) => error.name === name) ?? { source: '' };
    return { name, ...compilerProblems(messages, before, source)[0] };
  });

it('reports errors in the lines of the strategy, and as recorded', async () => {
  const modules = COMPILE_ERRORS.map(({ source }) => moduleOf(source));
  const messages = await messagesOf(modules.map(({ code }) => code));
  const said = COMPILE_ERRORS.map(({ name }, i): Recorded => ({
    name,
    before: modules[i]?.before ?? 0,
    messages: messages[i] ?? [],
  }));
  if (process.env['RECORD']) writeFileSync(RECORDED, `${JSON.stringify(said, undefined, 2)}\n`);
  expect(problemsOf(said).map(({ name, line }) => ({ name, line }))).toEqual(
    COMPILE_ERRORS.map(({ name, line }) => ({ name, line })),
  );
  expect(problemsOf(said)).toEqual(problemsOf(JSON.parse(readFileSync(RECORDED, 'utf8')) as Recorded[]));
});

it('judges the cases of portable WGSL as they say', async () => {
  const cases = Object.entries(DIFFERENCES);
  const judged = await messagesOf(cases.map(([, { source }]) => moduleOf(source).code));
  for (const [i, [name, { refusedBy }]] of cases.entries())
    expect((judged[i]?.length ?? 0) > 0, `${name}: ${judged[i]?.[0]?.message ?? ''}`).toBe(refusedBy.includes('naga'));
  const portable = Object.entries(PORTABLE);
  const taken = await messagesOf(portable.map(([, source]) => moduleOf(source).code));
  for (const [i, [name]] of portable.entries()) expect(taken[i], name).toEqual([]);
});

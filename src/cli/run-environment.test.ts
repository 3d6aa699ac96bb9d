import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parseAbout } from '../archive/run-folder.ts';
import { VERSION } from '../run/version.ts';
import { environmentOf, writeEnvironment } from './run-environment.ts';

const folder = mkdtempSync(join(tmpdir(), 'gppo-environment-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'run.json');
const written = () => parseAbout(readFileSync(path, 'utf8'), path);
const at = (adapter: string, host: string) => ({ adapter, software: { studio: '0.1.0', host } });

it('names adapter, Node, system and version, and the commit of a checkout', async () => {
  const adapter = { vendor: 'google', architecture: 'swiftshader', description: '' };
  const environment = await environmentOf({ adapter } as Parameters<typeof environmentOf>[0]);
  expect(environment.adapter).toBe('google swiftshader');
  expect(environment.software.host).toMatch(/^Node \d+\.\d+\.\d+, \w+ \w+$/);
  expect(environment.software.studio.startsWith(VERSION)).toBe(true);
  expect(environment.software.studio.slice(VERSION.length)).toMatch(/^(?: \([0-9a-f]{8,}(?:-dirty)?\))?$/);
});

it('keeps every place of a run that is resumed, each once and within a bound', async () => {
  await writeEnvironment(folder, at('a', 'Node 22, Linux x64'), false);
  await writeEnvironment(folder, at('a', 'Node 22, Linux x64'), true);
  expect(written()).toEqual(at('a', 'Node 22, Linux x64'));
  await writeEnvironment(folder, at('b', 'Node 24, Linux x64'), true);
  await writeEnvironment(folder, at('a', 'Node 22, Linux x64'), true);
  expect(written()).toEqual(at('a; resumed on b', 'Node 22, Linux x64; resumed on Node 24, Linux x64'));
  for (let i = 0; i < 40; i++) await writeEnvironment(folder, at(`adapter ${i}`, `host ${i}`), true);
  expect(written().adapter).toMatch(/^a; resumed on .*adapter 39$/);
  // A new run in the folder has one place.
  await writeEnvironment(folder, at('c', 'd'), false);
  expect(written()).toEqual(at('c', 'd'));
});

it("keeps name, note and start of the page's run, but neither its id nor its state", async () => {
  const page = { id: 'x', name: 'my run', note: 'why', state: 'interrupted', started: 5, changed: 6, adapter: 'gpu' };
  writeFileSync(path, JSON.stringify(page));
  await writeEnvironment(folder, at('gpu', 'Node 22, Linux x64'), true);
  expect(written()).toEqual({ name: 'my run', note: 'why', started: 5, ...at('gpu', 'Node 22, Linux x64') });
});

it.each([
  [
    'a run config',
    '{"name":"x","model":{"checkpoint":"embedded:addition-0.1M"},"task":{"name":"addition"}}',
    /run config/,
  ],
  ['a damaged file', '{"adapter": ', /run\.json: not JSON/],
])('leaves %s as it is, with a warning', async (_, text, reason) => {
  for (const resumed of [true, false]) {
    writeFileSync(path, text);
    expect(await writeEnvironment(folder, at('gpu', 'Node'), resumed)).toMatch(reason);
    expect(readFileSync(path, 'utf8')).toBe(text);
  }
});

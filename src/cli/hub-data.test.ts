/** Data of the hub on the command line: loaded once, checked, resumed, and refused with another content. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { COMMIT, HubServer } from '../../tests/support/hub-server.ts';
import { data } from './data.ts';
import { folderData } from './data-sources.ts';

const ROWS = Array.from({ length: 3000 }, (_, i) => `{"question": "${i}+1=", "answer": ${i + 1}}`).join('\n');
const SHA256 = createHash('sha256').update(ROWS).digest('hex');
const PATH = 'main/train.jsonl';
const REFERENCE = { path: PATH, repository: 'openai/gsm8k' };

let cache: string;
let server: HubServer;
let said: { log: string[]; error: string[] };
beforeEach(async () => {
  cache = mkdtempSync(join(tmpdir(), 'gppo-hub-'));
  server = await HubServer.start({
    'datasets/openai/gsm8k': {
      files: { [PATH]: new TextEncoder().encode(ROWS), 'main/test.jsonl': new TextEncoder().encode(ROWS.slice(0, 36)) },
    },
  });
  vi.stubEnv('GPPO_CACHE', cache);
  vi.stubEnv('HF_ENDPOINT', server.address);
  said = { log: [], error: [] };
  for (const name of ['log', 'error'] as const)
    vi.spyOn(console, name).mockImplementation((line: string) => void said[name].push(line));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await server.close();
  rmSync(cache, { recursive: true, force: true });
});

const FILE = () => join(cache, 'hub', 'datasets', 'openai', `gsm8k@${COMMIT}`, PATH);
const resolve = (change: object = {}) => folderData(['.']).data({ ...REFERENCE, ...change });
const files = () => server.requests.filter(({ path }) => path.includes('/resolve/'));

it('downloads a file once, with progress on stderr', async () => {
  server.behaviour[PATH] = { chunk: 10_000 };
  expect(await resolve()).toMatchObject({ name: 'train.jsonl', size: ROWS.length });
  expect(readFileSync(FILE(), 'utf8')).toBe(ROWS);
  expect(said.error[0]).toBe(`downloading openai/gsm8k@main: ${PATH} to ${dirname(FILE())}`);
  expect(said.error.at(-1)).toMatch(/^openai\/gsm8k@main: main\/train\.jsonl: 100 % of 0\.\d+ MB$/);
  // The beginning, 0 %, and 100 %.
  expect(said.error.length).toBeGreaterThanOrEqual(3);
  expect(said.log).toEqual([]);
  await resolve();
  expect(files()).toHaveLength(1);
  expect(readdirSync(dirname(FILE()))).toEqual(['train.jsonl']);
});

it('asks the hub nothing for a cached file whose commit or content is named', async () => {
  await resolve();
  await server.close();
  expect((await resolve({ revision: COMMIT })).size).toBe(ROWS.length);
  expect((await resolve({ revision: 'main', sha256: SHA256 })).size).toBe(ROWS.length);
  await expect(resolve()).rejects.toThrow('cannot be reached');
});

it('refuses another content than the config names, with both checksums', async () => {
  const expected = 'a'.repeat(64);
  const both = expect.stringMatching(new RegExp(`expected SHA-256 ${expected}, found ${SHA256}`)) as string;
  await expect(resolve({ sha256: expected })).rejects.toMatchObject({ kind: 'input', message: both });
  // Where the hub lists the checksum, nothing is loaded.
  rmSync(cache, { recursive: true });
  server.requests.splice(0);
  server.checksums[PATH] = SHA256;
  await expect(resolve({ sha256: expected })).rejects.toMatchObject({ message: both });
  expect(files()).toEqual([]);
});

it('never uses a download that is cut off, and resumes it', async () => {
  server.behaviour[PATH] = { errors: 1, status: 403 };
  writeAt(`${FILE()}.partial`, ROWS.slice(0, 5000));
  await expect(resolve({ revision: COMMIT })).rejects.toThrow('openai/gsm8k is gated');
  expect(existsSync(FILE())).toBe(false);
  expect(existsSync(`${FILE()}.lock`)).toBe(false);
  server.requests.splice(0);
  server.behaviour[PATH] = {};
  expect((await resolve({ revision: COMMIT })).size).toBe(ROWS.length);
  expect(files()).toMatchObject([{ range: 'bytes=5000-' }]);
  expect(readFileSync(FILE(), 'utf8')).toBe(ROWS);
});

it('deletes a download that is not what the hub lists', async () => {
  server.checksums[PATH] = SHA256;
  writeAt(`${FILE()}.partial`, 'x'.repeat(5000));
  await expect(resolve()).rejects.toThrow(new RegExp(`expected SHA-256 ${SHA256}, found [0-9a-f]{64}`));
  expect(readdirSync(dirname(FILE()))).toEqual([]);
  expect((await resolve()).size).toBe(ROWS.length);
});

it('waits for another download of the same file, and takes over from a process that died', async () => {
  server.behaviour[PATH] = { chunk: 20_000, pauseMs: 20 };
  await Promise.all([resolve(), resolve()]);
  expect(files()).toHaveLength(1);
  expect(said.error.join('\n')).toContain(`waiting for process ${process.pid}`);
  rmSync(FILE());
  // Larger than any process id.
  writeAt(`${FILE()}.lock`, '99999999');
  expect((await resolve()).size).toBe(ROWS.length);
});

it('explains what the hub does not have, and wrong addresses', async () => {
  await expect(resolve({ path: 'train.jsonl' })).rejects.toMatchObject({
    advice: expect.stringContaining(PATH) as string,
  });
  await expect(resolve({ repository: 'openai/none' })).rejects.toThrow('No public data set openai/none');
  await expect(resolve({ revision: 'v9' })).rejects.toThrow('openai/gsm8k has no revision v9');
  await expect(resolve({ path: '../../x.jsonl' })).rejects.toThrow('is not the path of a file');
  vi.stubEnv('HF_ENDPOINT', 'hub');
  await expect(resolve()).rejects.toThrow('HF_ENDPOINT: expected an address such as https://huggingface.co, found hub');
});

it('shows a file of the hub with the command data, and the names of the files without one', async () => {
  await data([PATH, '--repository', 'openai/gsm8k', '--json']);
  expect(JSON.parse(said.log.join(''))).toMatchObject({
    rows: 3000,
    guessed: { prompt: 'question', answer: 'answer' },
  });
  await expect(data(['--repository', 'openai/gsm8k'])).rejects.toThrow(
    'expected a file of openai/gsm8k, which has main/train.jsonl, main/test.jsonl',
  );
  await expect(data(['x.jsonl', '--revision', 'main'])).rejects.toThrow('--revision: expected only with --repository');
});

function writeAt(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

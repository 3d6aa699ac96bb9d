/** The pure parts of the benchmark of the page's load: its server, bytes by page and worker, and table. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { hostCompressed } from '../../bench/page-load/host.ts';
import { transferredBytes } from '../../bench/page-load/transfers.ts';
import { pageLoadSection } from '../../bench/report/page-load.ts';

const at = (address: string, bytes: number, end: number) => ({ address: `http://localhost/${address}`, bytes, end });

it('counts bytes that ended until Train was enabled, and divides scripts into those of page and worker', () => {
  const transfers = {
    page: [at('', 1, 10), at('a.js', 2, 20), at('a.css', 4, 20), at('worker.js', 8, 30), at('late.js', 16, 101)],
    worker: [at('chunk.js', 32, 40), at('model.safetensors', 64, 100)],
    workerScripts: ['http://localhost/worker.js'],
  };
  expect(transferredBytes(transfers, 100)).toEqual({ pageScript: 2, workerScript: 8 + 32, total: 111 });
});

it('sends text compressed, other files as they are, and nothing outside the folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'page-load-'));
  const text = 'const a = 1;\n'.repeat(100);
  writeFileSync(join(folder, 'index.html'), '<p>page</p>');
  writeFileSync(join(folder, 'a.js'), text);
  writeFileSync(join(folder, 'model.safetensors'), 'weights');
  const host = await hostCompressed(folder);
  const ask = async (path: string) => {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get(`${host.address}${path}`, resolve).on('error', reject);
    });
    return { response, body: await buffer(response) };
  };
  try {
    const script = await ask('a.js');
    expect(script.response.headers['content-encoding']).toBe('gzip');
    expect(script.body.length).toBeLessThan(text.length / 5);
    expect(gunzipSync(script.body).toString()).toBe(text);
    expect(gunzipSync((await ask('')).body).toString()).toBe('<p>page</p>');
    const weights = await ask('model.safetensors');
    expect(weights.response.headers['content-encoding']).toBeUndefined();
    expect(weights.body.toString()).toBe('weights');
    expect((await ask('%2e%2e/etc/passwd')).response.statusCode).toBe(404);
  } finally {
    await host.close();
    rmSync(folder, { recursive: true });
  }
});

it('reports the median and the range of the loads', () => {
  const loads = [3000, 1000, 2000].map((trainEnabled) => ({
    firstContentfulPaint: 500,
    trainEnabled,
    pageScript: 250_000,
    workerScript: 160_000,
    total: 1_300_000,
  }));
  const text = pageLoadSection.text({ machine: '2 cores', loads }, { date: '', adapter: '', runtime: '', parts: {} });
  expect(text).toMatch(/8\.10 Mbit\/s down, 1\.35 Mbit\/s up, 165 ms/);
  expect(text).toMatch(/\| Train enabled, s +\| 2\.00 +\| 1\.00 +\| 3\.00 +\|/);
});

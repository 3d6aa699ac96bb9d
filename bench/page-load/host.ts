/** Serves a built page as static hosts do: text compressed by gzip, everything else as it is. */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';

const TYPES: Record<string, { type: string; compressed: boolean }> = {
  '.html': { type: 'text/html', compressed: true },
  '.js': { type: 'text/javascript', compressed: true },
  '.css': { type: 'text/css', compressed: true },
  '.svg': { type: 'image/svg+xml', compressed: true },
  '.json': { type: 'application/json', compressed: true },
  '.woff2': { type: 'font/woff2', compressed: false },
};
const OTHER = { type: 'application/octet-stream', compressed: false };

/** The default of nginx and others is between 1 and 6. */
const GZIP_LEVEL = 6;

/** Files are compressed here, before any load is timed. */
export async function hostCompressed(folder: string): Promise<{ address: string; close: () => Promise<void> }> {
  const answers = new Map<string, { body: Buffer; headers: Record<string, string | number> }>(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        const { type, compressed } = TYPES[extname(path)] ?? OTHER;
        const content = readFileSync(path);
        const body = compressed ? gzipSync(content, { level: GZIP_LEVEL }) : content;
        const headers = {
          'Content-Type': type,
          'Content-Length': body.length,
          ...(compressed && { 'Content-Encoding': 'gzip' }),
        };
        return [`/${relative(folder, path).split(sep).join('/')}`, { body, headers }] as const;
      }),
  );
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    const answer = answers.get(pathname === '/' ? '/index.html' : pathname);
    if (answer) response.writeHead(200, answer.headers).end(answer.body);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, 'localhost', resolve);
  });
  return {
    address: `http://localhost:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

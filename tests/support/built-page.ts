/** Serves the built page as a static host does, and records what browsers report against its security policy. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};
const REPORTS = '/policy-reports';

export interface BuiltPage {
  /** Ends in a slash. */
  address: string;
  /** Violations of the policy, in the page and in its workers: directive, what was blocked, and where. */
  violations: string[];
  close: () => Promise<void>;
}

/** The policy of the built page, from its meta element; as a header, it applies to workers too. */
function builtPolicy(): string {
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(readFileSync('dist/index.html', 'utf8'))?.[1];
  if (policy === undefined) throw new Error('dist/index.html has no content security policy: run vite build');
  return policy.replaceAll('&#39;', "'");
}

export interface ServeOptions {
  /** Replaces a file's content: for newer versions. */
  changed?: (path: string, data: Buffer) => Buffer | string;
  /** Of an earlier address, whose stored data a browser has; by default a free one. */
  port?: number;
  /** Path of the page on its host, between slashes; outside of it nothing is found. */
  at?: string;
}

export async function serveBuiltPage({ changed, port = 0, at = '/' }: ServeOptions = {}): Promise<BuiltPage> {
  const policy = builtPolicy();
  const violations: string[] = [];
  const answer = (path: string, response: ServerResponse): void => {
    readFile(join('dist', path)).then(
      (data) => {
        response.setHeader('Content-Security-Policy', `${policy}; report-uri ${REPORTS}`);
        response.setHeader('Content-Type', TYPES[extname(path)] ?? 'application/octet-stream');
        response.end(changed ? changed(path, data) : data);
      },
      () => response.writeHead(404).end(),
    );
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname !== REPORTS && !pathname.startsWith(at)) return void response.writeHead(404).end();
    if (pathname !== REPORTS) return answer(`/${pathname.slice(at.length)}`.replace(/\/$/, '/index.html'), response);
    let body = '';
    request.on('data', (data: Buffer) => (body += data.toString()));
    request.on('end', () => {
      const report = (JSON.parse(body) as { 'csp-report': Record<string, unknown> })['csp-report'];
      const where = `${String(report['source-file'] ?? report['document-uri'])}:${String(report['line-number'] ?? '')}`;
      violations.push(`${String(report['violated-directive'])}: ${String(report['blocked-uri'])} (${where})`);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, 'localhost', resolve));
  return {
    address: `http://localhost:${(server.address() as AddressInfo).port}${at}`,
    violations,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

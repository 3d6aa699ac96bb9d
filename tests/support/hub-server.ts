/**
 * A small server with the hub's URLs: lists, files behind a redirect to a storage host, ranges; it drops connections on
 * request.
 */
import {
  createServer as createPlain,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { HubWrites } from './hub-writes.ts';

export const COMMIT = '0123456789abcdef0123456789abcdef01234567';

export interface HubRepository {
  files: Record<string, Uint8Array>;
  gated?: boolean;
}

/** How a file is served, by its path; each field is consumed by requests for that file. */
export interface Behaviour {
  /** Number of next responses that end after `breakAfter` bytes of their body. */
  breaks?: number;
  breakAfter?: number;
  /** Number of next responses with this status instead. */
  errors?: number;
  status?: number;
  /** Ranges are not supported: the whole file is sent with status 200. */
  noRanges?: boolean;
  /** A pause after every chunk of `chunk` bytes. */
  pauseMs?: number;
  chunk?: number;
}

export class HubServer {
  readonly behaviour: Record<string, Behaviour> = {};
  /** SHA-256 that the list of files gives for a path. */
  readonly checksums: Record<string, string> = {};
  /** Path and range of every request. */
  readonly requests: { path: string; range: string | undefined }[] = [];
  /** Answers requests to write; without it they are not found. */
  writes: HubWrites | undefined;

  private constructor(
    private readonly repositories: Record<string, HubRepository>,
    /** Origin that files are redirected to; without one, files are served directly. */
    private readonly storage: string | undefined,
    private server: Server | undefined,
    private port: number,
  ) {}

  static async start(
    repositories: Record<string, HubRepository>,
    options: { port?: number; storage?: string; tls?: { key: string; cert: string } } = {},
  ): Promise<HubServer> {
    const hub = new HubServer(repositories, options.storage, undefined, 0);
    const listener: RequestListener = (request, response) => void hub.answer(request, response);
    const server = options.tls ? createSecure(options.tls, listener) : createPlain(listener);
    await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
    hub.server = server;
    hub.port = (server.address() as AddressInfo).port;
    return hub;
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent((request.url ?? '').split('?')[0] ?? '');
    this.requests.push({ path, range: request.headers.range });
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Expose-Headers', 'X-Error-Code,Content-Range,Content-Length,ETag');
    if (request.method === 'OPTIONS') {
      const allowed = { 'Access-Control-Allow-Headers': 'range,authorization,content-type' };
      response.writeHead(204, { ...allowed, 'Access-Control-Allow-Methods': 'GET,POST,PUT' }).end();
      return;
    }
    // As with downloads, bytes go to the storage host.
    if (await this.writes?.answer(request, path, this.storage ?? this.address, response)) return;
    const [, list = '', name = '', revision = ''] = /^\/api\/(models|datasets)\/(.+)\/revision\/(.+)$/.exec(path) ?? [];
    if (name) {
      // Data sets are under their path in URLs: datasets/owner/name.
      this.list(list === 'datasets' ? `datasets/${name}` : name, revision, response);
      return;
    }
    const [, owner = '', commit = '', file = ''] = /^\/(?:storage\/)?(.+)\/resolve\/([^/]+)\/(.+)$/.exec(path) ?? [];
    const repository = this.repositories[owner];
    const data = repository?.files[file];
    if (repository?.gated) fail(response, 401, 'GatedRepo');
    else if (!repository || commit !== COMMIT || !data)
      fail(response, 404, repository ? 'EntryNotFound' : 'RepoNotFound');
    else if (this.storage && !path.startsWith('/storage/'))
      response.writeHead(302, { Location: `${this.storage}/storage${path}` }).end();
    else await this.send(data, this.behaviour[file] ?? {}, request.headers.range, response);
  }

  private list(name: string, revision: string, response: ServerResponse): void {
    const repository = this.repositories[name];
    // Without a login, this is all that the hub says about a model that does not exist.
    if (!repository) fail(response, 401, 'RepoNotFound');
    else if (revision !== 'main' && revision !== COMMIT) fail(response, 404, 'RevisionNotFound');
    else
      json(response, 200, {
        id: name,
        sha: COMMIT,
        gated: repository.gated ? 'manual' : false,
        siblings: Object.entries(repository.files).map(([rfilename, { byteLength }]) => ({
          rfilename,
          size: byteLength,
          ...(this.checksums[rfilename] && { lfs: { sha256: this.checksums[rfilename], size: byteLength } }),
        })),
      });
  }

  private async send(
    data: Uint8Array,
    behaviour: Behaviour,
    range: string | undefined,
    response: ServerResponse,
  ): Promise<void> {
    if (behaviour.errors) {
      behaviour.errors -= 1;
      fail(response, behaviour.status ?? 503, '');
      return;
    }
    const start = behaviour.noRanges ? 0 : Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    if (start >= data.byteLength) {
      response.writeHead(416, { 'Content-Range': `bytes */${data.byteLength}` }).end();
      return;
    }
    const partial = range !== undefined && !behaviour.noRanges;
    response.writeHead(partial ? 206 : 200, {
      'Content-Length': data.byteLength - start,
      ...(partial && { 'Content-Range': `bytes ${start}-${data.byteLength - 1}/${data.byteLength}` }),
    });
    const breaks = (behaviour.breaks ?? 0) > 0;
    if (breaks) behaviour.breaks = (behaviour.breaks ?? 0) - 1;
    const end = breaks ? Math.min(data.byteLength, start + (behaviour.breakAfter ?? 0)) : data.byteLength;
    const chunk = behaviour.chunk ?? 65_536;
    for (let at = start; at < end && !response.destroyed; at += chunk) {
      await new Promise<void>((resolve) =>
        response.write(data.subarray(at, Math.min(end, at + chunk)), () => resolve()),
      );
      if (behaviour.pauseMs) await new Promise((resolve) => setTimeout(resolve, behaviour.pauseMs));
    }
    if (breaks) response.destroy();
    else response.end();
  }
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}

function fail(response: ServerResponse, status: number, code: string): void {
  response.setHeader('X-Error-Code', code);
  json(response, status, { error: code });
}

/**
 * The hub's protocol for writing, as far as its library uses it: repositories, preupload, Git LFS (basic and multipart)
 * and commits. https://huggingface.co/docs/hub/api, https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Files of at least this many bytes go to large-file storage. */
const LFS_BYTES = 1024;
/** Larger ones in parts of this size. */
const PART_BYTES = 256 * 1024;

export interface PublishedRepository {
  visibility: string;
  files: Map<string, Buffer>;
  /** Titles. */
  commits: string[];
}

export class HubWrites {
  readonly repositories = new Map<string, PublishedRepository>();
  private readonly objects = new Map<string, Buffer>();
  private readonly parts = new Map<string, Buffer>();
  /** Sends no answer to uploads of objects, until it is false. */
  stalled = false;

  /**
   * @param token that is accepted
   * @param owner it may write for
   */
  constructor(
    private readonly token: string,
    private readonly owner: string,
  ) {}

  /** @returns whether it was a request to write */
  async answer(request: IncomingMessage, path: string, origin: string, response: ServerResponse): Promise<boolean> {
    const [, oid = '', part] = /^\/lfs-storage\/([0-9a-f]{64})(?:\/(\d+))?$/.exec(path) ?? [];
    // Addresses of storage are signed: no token is sent there.
    if (oid) {
      if (this.stalled) return true;
      if (request.headers.authorization !== undefined)
        return this.end(response, 400, { error: 'token sent to storage' });
      if (request.method === 'PUT') return this.put(oid, part, await bodyOf(request), response);
      return this.complete(oid, JSON.parse(String(await bodyOf(request))) as { parts: { etag: string }[] }, response);
    }
    if (request.method !== 'POST') return false;
    const body = await bodyOf(request);
    if (request.headers.authorization !== `Bearer ${this.token}`)
      return this.end(response, 401, { error: 'Invalid username or password.' });
    if (path === '/api/repos/create') return this.create(JSON.parse(String(body)) as CreatedRepository, response);
    const [, name = '', kind = ''] =
      /^\/api\/models\/(.+)\/(preupload|commit)\/main$/.exec(path) ??
      /^\/(.+)\.git\/(info\/lfs\/objects\/batch)$/.exec(path) ??
      [];
    const repository = this.repositories.get(name);
    if (!repository) return this.end(response, 404, { error: 'Repository not found' });
    if (kind === 'preupload') {
      const { files } = JSON.parse(String(body)) as { files: { path: string; size: number }[] };
      return this.end(response, 200, {
        files: files.map(({ path: file, size }) => ({
          path: file,
          uploadMode: size >= LFS_BYTES ? 'lfs' : 'regular',
          shouldIgnore: false,
        })),
      });
    }
    if (kind === 'commit') return this.commit(name, repository, String(body), response);
    return this.batch(JSON.parse(String(body)) as { objects: LfsObject[] }, origin, response);
  }

  private create({ name, organization, visibility, type }: CreatedRepository, response: ServerResponse): true {
    if (organization !== this.owner || type !== 'model')
      return this.end(response, 403, { error: `You don't have the rights to create a model under ${organization}` });
    const id = `${organization}/${name}`;
    if (this.repositories.has(id)) return this.end(response, 409, { error: 'You already created this model repo' });
    this.repositories.set(id, { visibility, files: new Map(), commits: [] });
    return this.end(response, 200, { url: id, id });
  }

  private batch({ objects }: { objects: LfsObject[] }, origin: string, response: ServerResponse): true {
    return this.end(response, 200, {
      transfer: 'basic',
      objects: objects.map(({ oid, size }) => {
        const href = `${origin}/lfs-storage/${oid}`;
        if (this.objects.has(oid)) return { oid, size };
        const count = Math.ceil(size / PART_BYTES);
        const header =
          count < 2
            ? undefined
            : {
                chunk_size: String(PART_BYTES),
                ...Object.fromEntries(
                  Array.from({ length: count }, (_, i) => [String(i + 1).padStart(5, '0'), `${href}/${i + 1}`]),
                ),
              };
        return { oid, size, actions: { upload: { href, ...(header && { header }) } } };
      }),
    });
  }

  private put(oid: string, part: string | undefined, data: Buffer, response: ServerResponse): true {
    response.setHeader('ETag', `"${createHash('md5').update(data).digest('hex')}"`);
    if (part === undefined) return this.store(oid, data, response);
    this.parts.set(`${oid}/${part}`, data);
    return this.end(response, 200, {});
  }

  private complete(oid: string, { parts }: { parts: { etag: string }[] }, response: ServerResponse): true {
    const own = parts.map((_, i) => this.parts.get(`${oid}/${i + 1}`));
    if (own.some((one) => !one) || parts.some(({ etag }) => !etag))
      return this.end(response, 400, { error: 'a part is missing' });
    return this.store(oid, Buffer.concat(own as Buffer[]), response);
  }

  private store(oid: string, data: Buffer, response: ServerResponse): true {
    if (createHash('sha256').update(data).digest('hex') !== oid)
      return this.end(response, 400, { error: 'the object has another checksum' });
    this.objects.set(oid, data);
    return this.end(response, 200, {});
  }

  private commit(name: string, repository: PublishedRepository, lines: string, response: ServerResponse): true {
    const entries = lines
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { key: string; value: Record<string, string> });
    const files = new Map<string, Buffer>();
    for (const { key, value } of entries) {
      const data =
        key === 'file' ? Buffer.from(value['content'] ?? '', 'base64') : this.objects.get(value['oid'] ?? '');
      if (key === 'header') continue;
      if (!data) return this.end(response, 400, { error: `${value['path']} was not uploaded` });
      files.set(value['path'] ?? '', data);
    }
    for (const [path, data] of files) repository.files.set(path, data);
    repository.commits.push(entries.find(({ key }) => key === 'header')?.value['summary'] ?? '');
    const oid = createHash('sha1').update(lines).digest('hex');
    return this.end(response, 200, {
      success: true,
      commitOid: oid,
      commitUrl: `${name}/commit/${oid}`,
      hookOutput: '',
    });
  }

  private end(response: ServerResponse, status: number, value: unknown): true {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
    return true;
  }
}

interface CreatedRepository {
  name: string;
  organization: string;
  visibility: string;
  type: string;
}

interface LfsObject {
  oid: string;
  size: number;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

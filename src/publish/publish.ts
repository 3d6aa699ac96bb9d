/**
 * Pushes files to a model repository on the hub, as one commit, through the hub's own library: preupload, large files
 * by Git LFS or Xet, commit (https://huggingface.co/docs/hub/api). The token is an argument of one call and is kept
 * nowhere.
 */
import { HUGGING_FACE, pageAddress, parseHubName } from '../checkpoint/hub-address.ts';
import { StudioError } from '../errors.ts';

export interface PublishedFile {
  path: string;
  content: Blob;
}

export interface PublishOptions {
  /** `owner/name`. */
  repository: string;
  files: readonly PublishedFile[];
  /** Access token with write permission. */
  token: string;
  /** Address of the hub. */
  base?: string;
  /** Of a repository that does not exist yet. */
  visibility?: 'public' | 'private';
  /** First line of the commit. */
  title: string;
  signal: AbortSignal;
  /** Of all files, 0 to 1. */
  onProgress?(share: number, phase: PublishPhase): void;
}

export const PUBLISH_PHASES = {
  creating: 'Creating the repository',
  preparing: 'Asking the hub how to send the files',
  uploading: 'Uploading',
  committing: 'Committing',
} as const;
export type PublishPhase = keyof typeof PUBLISH_PHASES;

export interface Publication {
  /** The repository's page. */
  page: string;
  /** Id of the commit. */
  commit: string;
}

const PHASES: Record<string, PublishPhase> = {
  preuploading: 'preparing',
  uploadingLargeFiles: 'uploading',
  committing: 'committing',
};

/**
 * Creates the repository if it does not exist, and adds or replaces the files in it; other files of it stay.
 *
 * @throws StudioError `input` for a malformed name, a token that is refused and a hub that answers otherwise;
 *   `cancelled`. A failed upload leaves no commit: at most an empty repository
 */
export async function publish(options: PublishOptions): Promise<Publication> {
  const { files, token, signal, title, visibility = 'private', base = HUGGING_FACE, onProgress } = options;
  const name = repositoryName(options.repository);
  checkToken(token);
  const { createRepo, uploadFilesWithProgress } = await import('@huggingface/hub');
  const repo = { type: 'model', name } as const;
  const shared = { hubUrl: base, accessToken: token.trim(), repo };
  try {
    onProgress?.(0, 'creating');
    signal.throwIfAborted();
    await createRepo({ ...shared, visibility, fetch: (input, init) => fetch(input, { ...init, signal }) }).catch(
      (error: unknown) => {
        if (statusOf(error) !== 409) throw error;
      },
    );
    const total = files.reduce((sum, { content }) => sum + content.size, 0);
    const sent = new Map<string, number>();
    const events = uploadFilesWithProgress({
      ...shared,
      commitTitle: title,
      files: files.map(({ path, content }) => ({ path, content })),
      abortSignal: signal,
      // The library's worker comes from a blob, which the page's policy refuses.
      useWebWorkers: false,
    });
    let phase: PublishPhase = 'preparing';
    for (;;) {
      const { value, done } = await events.next();
      if (done) {
        if (!value) throw unexpected(base, 'no commit was returned');
        onProgress?.(1, 'committing');
        return { page: pageAddress(base, { name }), commit: value.commit.oid };
      }
      if (value.event === 'phase') phase = PHASES[value.phase] ?? phase;
      else if (value.state === 'uploading') {
        const size = files.find(({ path }) => path === value.path)?.content.size ?? 0;
        sent.set(value.path, size * value.progress);
      }
      const share = [...sent.values()].reduce((sum, bytes) => sum + bytes, 0) / Math.max(1, total);
      onProgress?.(phase === 'committing' ? 1 : share, phase);
    }
  } catch (error) {
    if (signal.aborted) throw new StudioError('cancelled', 'Publishing was cancelled.', 'Nothing was committed.');
    throw readable(error, name, base);
  }
}

/** @throws StudioError `input` */
export function repositoryName(text: string): string {
  const { name } = parseHubName(text);
  if (!/^[\w.-]+\/[\w.-]{1,96}$/.test(name))
    throw new StudioError(
      'input',
      `${JSON.stringify(text.slice(0, 120))} is not the name of a repository.`,
      'Enter owner/name, where owner is your account or organization on the hub.',
    );
  return name;
}

/** A header's value cannot have line breaks or other characters; none of a token is repeated. */
function checkToken(token: string): void {
  if (!/^\S+$/.test(token.trim()) || !/^[\x21-\x7e]+$/.test(token.trim()))
    throw new StudioError(
      'input',
      'The access token is empty or has characters that no token has.',
      'Paste a token with write permission, made under Settings, Access Tokens on the hub; it begins with hf_.',
    );
}

const statusOf = (error: unknown): number | undefined =>
  error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined;

const unexpected = (base: string, what: string) =>
  new StudioError('input', `${base} did not answer as a hub does: ${what}.`, 'Nothing was committed. Try again later.');

/** @returns the error with what to do; never with the token in it */
function readable(error: unknown, name: string, base: string): unknown {
  const status = statusOf(error);
  if (status === 401)
    return new StudioError(
      'input',
      'The hub does not accept the access token.',
      'Make a new one, with write permission.',
    );
  if (status === 403)
    return new StudioError(
      'input',
      `The access token may not write to ${name}.`,
      'Use a token with write permission for this owner, or another owner.',
    );
  if (status === 404) return new StudioError('input', `The hub has no owner or repository ${name}.`, 'Check the name.');
  if (status === 413 || status === 507)
    return new StudioError('input', 'The hub refuses the files: too large for its storage.', 'Export in f16 or bf16.');
  if (status === 429)
    return new StudioError('input', 'The hub limits the rate of requests (status 429).', 'Wait a few minutes.');
  if (status !== undefined) return unexpected(base, `status ${status}`);
  // What XMLHttpRequest says of a lost connection is an empty text.
  if (error instanceof TypeError || (error instanceof Error && error.message === ''))
    return new StudioError(
      'input',
      `The connection to ${new URL(base).host} failed${error.message && ` (${error.message})`}.`,
      'Nothing was committed. Check the connection and publish again.',
    );
  if (error instanceof StudioError) return error;
  return unexpected(base, error instanceof Error ? error.message.slice(0, 200) : 'an unknown failure');
}

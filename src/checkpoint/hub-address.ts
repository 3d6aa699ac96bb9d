/** Names of models and data sets on a hub, and the URLs under which the Hugging Face hub (or a mirror) serves them. */
import { StudioError } from '../errors.ts';

export const HUGGING_FACE = 'https://huggingface.co';

export interface HubModel {
  /** `owner/name`, or `name` for a few old ones such as gpt2. */
  name: string;
  /** Branch, tag or commit. */
  revision: string;
  /** Absent for a model. */
  kind?: 'dataset';
}

/**
 * @param text a name as people write it: `owner/name`, `owner/name@revision`, or the URL of its page
 * @param revision takes precedence over one in the text; empty for none
 * @throws StudioError `input` if it is not such a name
 */
export function parseHubName(text: string, revision = ''): HubModel {
  const given = text
    .trim()
    .replace(/^(https?:\/\/)?(www\.)?(huggingface\.co|hf\.co)\//, '')
    .replace(/\/+$/, '');
  const [, path = '', , inAddress, , atSign] =
    /^([\w.-]+(\/[\w.-]+)?)(?:\/tree\/([\w./-]+))?(@([\w./-]+))?$/.exec(given) ?? [];
  const chosen = revision.trim() || (inAddress ?? atSign ?? 'main');
  const sound = (part: string) =>
    part.length <= 200 && !part.split('/').some((step) => step === '' || /^\.+$/.test(step));
  if (path === '' || !sound(path))
    throw new StudioError(
      'input',
      `${JSON.stringify(text.slice(0, 80))} is not a model name.`,
      'Enter owner/name, for example HuggingFaceTB/SmolLM2-135M.',
    );
  if (!/^[\w./-]+$/.test(chosen) || !sound(chosen))
    throw new StudioError(
      'input',
      `${JSON.stringify(chosen.slice(0, 80))} is not a revision.`,
      'Enter a branch, tag or commit, or leave it empty for main.',
    );
  return { name: path, revision: chosen };
}

/** A file of a data set as people name it; without a path, the data set. */
export interface HubDataset extends HubModel {
  kind: 'dataset';
  path?: string;
}

/**
 * @param text `owner/name`, `owner/name@revision`, `datasets/owner/name`, or the URL of its page or of one of its files
 * @param revision takes precedence over one in the text; empty for none
 * @throws StudioError `input` if it is not such a name
 */
export function parseHubDataset(text: string, revision = ''): HubDataset {
  const given = text
    .trim()
    .replace(/^(https?:\/\/)?(www\.)?(huggingface\.co|hf\.co)\//, '')
    .replace(/^datasets\//, '')
    .replace(/[?#].*$/, '');
  const [, name = '', inAddress, path] = /^([^/]+\/[^/]+)\/(?:blob|resolve)\/([^/]+)\/(.+)$/.exec(given) ?? [];
  try {
    const model = parseHubName(name || given, revision.trim() || (inAddress ?? ''));
    return { ...model, kind: 'dataset', ...(path !== undefined && { path: decodeURIComponent(path) }) };
  } catch (error) {
    const malformed =
      error instanceof URIError || (error instanceof StudioError && error.message.includes('model name'));
    if (!malformed) throw error;
    throw new StudioError(
      'input',
      `${JSON.stringify(text.slice(0, 80))} is not the name of a data set.`,
      'Enter owner/name, for example openai/gsm8k.',
    );
  }
}

/** A repository in URLs of the hub. */
const repositoryPath = ({ name, kind }: Pick<HubModel, 'name' | 'kind'>) =>
  kind === 'dataset' ? `datasets/${name}` : name;

/** Lists the files of a revision with their sizes. */
export function informationAddress(base: string, { name, revision, kind }: HubModel): string {
  const list = kind === 'dataset' ? 'datasets' : 'models';
  return `${base}/api/${list}/${name}/revision/${encodeURIComponent(revision)}?blobs=true`;
}

/** A file at a commit: its content never changes, so a failed download can resume later. */
export function fileAddress(
  base: string,
  repository: Pick<HubModel, 'name' | 'kind'> & { commit: string },
  path: string,
): string {
  const file = path.split('/').map(encodeURIComponent).join('/');
  return `${base}/${repositoryPath(repository)}/resolve/${repository.commit}/${file}`;
}

/** The repository's web page. */
export function pageAddress(base: string, repository: Pick<HubModel, 'name' | 'kind'>): string {
  return `${base}/${repositoryPath(repository)}`;
}

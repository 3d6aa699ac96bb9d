/** Names of models and data sets on a hub, and the URLs under which the Hugging Face hub (and its mirrors) serves them. */
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

/** Data sets have addresses of their own. */
const folderOf = (kind: HubModel['kind']) => (kind === 'dataset' ? 'datasets/' : '');

/**
 * @param text a name as people write it: `owner/name`, `owner/name@revision`, or the URL of its page
 * @param revision takes precedence over one in the text; empty for none
 * @param kind of the repository; `datasets/` in front of its name is read as well
 * @throws StudioError `input` if it is not such a name
 */
export function parseHubName(text: string, revision = '', kind?: HubModel['kind']): HubModel {
  const given = text
    .trim()
    .replace(/^(https?:\/\/)?(www\.)?(huggingface\.co|hf\.co)\//, '')
    .replace(kind === 'dataset' ? /^datasets\// : '', '')
    .replace(/\/+$/, '');
  const [, path = '', , inAddress, , atSign] =
    /^([\w.-]+(\/[\w.-]+)?)(?:\/tree\/([\w./-]+))?(@([\w./-]+))?$/.exec(given) ?? [];
  const chosen = revision.trim() || (inAddress ?? atSign ?? 'main');
  const sound = (part: string) =>
    part.length <= 200 && !part.split('/').some((step) => step === '' || /^\.+$/.test(step));
  if (path === '' || !sound(path))
    throw new StudioError(
      'input',
      `${JSON.stringify(text.slice(0, 80))} is not a ${kind === 'dataset' ? 'data set' : 'model'} name.`,
      `Enter owner/name, for example ${kind === 'dataset' ? 'openai/gsm8k' : 'HuggingFaceTB/SmolLM2-135M'}.`,
    );
  if (!/^[\w./-]+$/.test(chosen) || !sound(chosen))
    throw new StudioError(
      'input',
      `${JSON.stringify(chosen.slice(0, 80))} is not a revision.`,
      'Enter a branch, tag or commit, or leave it empty for main.',
    );
  return { name: path, revision: chosen, ...(kind && { kind }) };
}

/** Lists the files of a revision with their sizes. */
export function informationAddress(base: string, { name, revision, kind }: HubModel): string {
  return `${base}/api/${kind === 'dataset' ? 'datasets' : 'models'}/${name}/revision/${encodeURIComponent(revision)}?blobs=true`;
}

/** A file at a commit: its content never changes, so a failed download can resume later. */
export function fileAddress(base: string, name: string, commit: string, path: string, kind?: HubModel['kind']): string {
  return `${base}/${folderOf(kind)}${name}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** The web page of a model or data set. */
export function pageAddress(base: string, { name, kind }: Pick<HubModel, 'name' | 'kind'>): string {
  return `${base}/${folderOf(kind)}${name}`;
}

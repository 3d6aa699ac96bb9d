/**
 * Share links of earlier versions of the studio: a recipe as deflated JSON in the URL fragment. src/sharing/link.ts
 * makes and reads today's; those that people have keep opening.
 */
import { deflateSync, inflateSync, strFromU8, strToU8 } from 'fflate';
import { StudioError } from '../errors.ts';
import { parseJsonText } from '../json-text.ts';
import { parseRunConfig, type RunConfig } from './config.ts';
import { SHARE_KEY as KEY } from './share-key.ts';

const WHERE = "the link's recipe";
/** Maximum unpacked length of a recipe; a custom strategy and all fields take a few thousand characters. */
const MOST_BYTES = 65_536;

/** The fragment of such a link, as tests need it. */
export function shareHash(config: RunConfig): string {
  const bytes = deflateSync(strToU8(JSON.stringify(config)), { level: 9 });
  const base64 = btoa(String.fromCharCode(...bytes));
  return `#${KEY}${base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`;
}

/**
 * @param hash the fragment of a URL, with or without a recipe
 * @returns the recipe; undefined when the hash holds none
 * @throws StudioError `input` when the recipe is damaged
 */
export function sharedRecipe(hash: string): RunConfig | undefined {
  const text = hash.replace(/^#/, '');
  if (!text.startsWith(KEY)) return undefined;
  let json: string;
  try {
    const base64 = text.slice(KEY.length).replaceAll('-', '+').replaceAll('_', '/');
    const packed = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    // A fixed buffer bounds the unpacked size of a hostile link.
    json = strFromU8(inflateSync(packed, { out: new Uint8Array(MOST_BYTES) }));
  } catch {
    throw new StudioError(
      'input',
      `The link's recipe cannot be unpacked: it is damaged, or larger than ${MOST_BYTES} bytes.`,
      'It may have been cut off; ask for it again.',
    );
  }
  return parseRunConfig(parseJsonText(json, WHERE), WHERE);
}

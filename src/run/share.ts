/** A recipe as a link: deflated JSON behind the # of the page's address, which browsers never send to a server. */
import { deflateSync, inflateSync, strFromU8, strToU8 } from 'fflate';
import { StudioError } from '../errors.ts';
import { parseRunConfig, type RunConfig } from './config.ts';

const KEY = 'recipe=';
/** Longest recipe that is unpacked; a custom rule and all fields take a few thousand characters. */
const MOST_BYTES = 65_536;

/** The part of an address behind #. */
export function shareHash(config: RunConfig): string {
  const bytes = deflateSync(strToU8(JSON.stringify(config)), { level: 9 });
  const base64 = btoa(String.fromCharCode(...bytes));
  return `#${KEY}${base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`;
}

/**
 * @param hash of an address, with or without a recipe
 * @returns the recipe; undefined when the hash holds none
 * @throws StudioError `input` when it holds something broken
 */
export function sharedRecipe(hash: string): RunConfig | undefined {
  const text = hash.replace(/^#/, '');
  if (!text.startsWith(KEY)) return undefined;
  const broken = (reason: string) =>
    new StudioError(
      'input',
      `The link's recipe cannot be read: ${reason}.`,
      'It may have been cut off; ask for it again.',
    );
  let value: unknown;
  try {
    const base64 = text.slice(KEY.length).replaceAll('-', '+').replaceAll('_', '/');
    const packed = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    // A buffer of its own size bounds what a hostile link can unpack to.
    value = JSON.parse(strFromU8(inflateSync(packed, { out: new Uint8Array(MOST_BYTES) })));
  } catch (error) {
    throw broken(error instanceof Error ? error.message : String(error));
  }
  return parseRunConfig(value, "the link's recipe");
}

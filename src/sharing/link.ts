/**
 * A share link: what a person opens of another one's studio, in the fragment of a URL, which browsers never send to a
 * server. It has a recipe with its custom strategy and rewards and its seed, and optionally the view to open and the
 * curves of a run.
 *
 * After `share=` comes base64url of: one byte of version, then deflated bytes: the contents as JSON, a zero, and the
 * points of the curves (link-curves.ts). Links that begin with `recipe=` have a recipe alone; earlier versions of the
 * studio wrote them, and they still open.
 */
import { deflateSync, inflateSync, strFromU8, strToU8 } from 'fflate';
import { z } from 'zod';
import { StudioError } from '../errors.ts';
import { parseJsonText } from '../json-text.ts';
import { parseRunConfig, type RunConfig } from '../run/config.ts';
import { parseAs } from '../run/schema-issues.ts';
import { sharedRecipe } from '../run/share.ts';
import { LINK_KEY } from '../run/share-key.ts';
import { packedCurves, SharedRun, unpackedCurves, type LinkedRun } from './link-curves.ts';
import { DICTIONARY } from './link-dictionary.ts';

/** Characters of a whole link up to which chat programs, QR codes and old proxies take it. */
export const MOST_LINK = 2000;
/** Maximum unpacked length: a custom strategy, rewards and all fields take a few thousand bytes. */
const MOST_BYTES = 131_072;
const VERSION = 1;
const WHERE = "the link's contents";

/** An address of the studio's pages: `#/compare/race`, `#/learn/zones`. */
const View = z.string().regex(/^#\/[a-z]+(?:\/[a-z-]+){0,2}$/);

const Contents = z.object({
  config: z.unknown(),
  view: View.optional(),
  fields: z.enum(['basic', 'advanced']).optional(),
  run: SharedRun.optional(),
});

export interface Shared {
  config: RunConfig;
  /** The page that is opened, by its fragment; by default Train. */
  view?: string;
  /** Which fields of the recipe are shown. */
  fields?: 'basic' | 'advanced';
  /** A finished run of the recipe: its curves, rounded. */
  run?: LinkedRun;
}

/** The fragment of a link. */
export function linkHash({ config, view, fields, run }: Shared): string {
  const curves = run && packedCurves(run);
  const contents = { config, view, fields, run: curves?.about } satisfies Record<keyof Shared, unknown>;
  const bytes = [...strToU8(JSON.stringify(contents)), 0, ...(curves?.bytes ?? [])];
  const packed = deflateSync(Uint8Array.from(bytes), { level: 9, dictionary: DICTIONARY });
  const base64 = btoa(String.fromCharCode(VERSION, ...packed));
  return `#${LINK_KEY}${base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`;
}

/**
 * @param hash the fragment of a URL, with or without something shared
 * @returns undefined when the hash has nothing shared
 * @throws StudioError `input` when the link is damaged, or of a later version of the studio
 */
export function sharedOf(hash: string): Shared | undefined {
  const text = hash.replace(/^#/, '');
  if (!text.startsWith(LINK_KEY)) {
    const config = sharedRecipe(hash);
    return config && { config };
  }
  const { version, bytes } = unpacked(text.slice(LINK_KEY.length));
  if (version !== VERSION)
    throw new StudioError(
      'input',
      `The link is of version ${version}; this studio reads version ${VERSION}.`,
      'Open it in the studio that made it, or reload this page for a newer version.',
    );
  if (!bytes)
    throw new StudioError(
      'input',
      `The link cannot be unpacked: it is damaged, or larger than ${MOST_BYTES} bytes.`,
      'It may have been cut off; ask for it again.',
    );
  const end = bytes.indexOf(0);
  const { config, view, fields, run } = parseAs(
    Contents,
    parseJsonText(strFromU8(bytes.subarray(0, end < 0 ? undefined : end)), WHERE),
    WHERE,
  );
  return {
    config: parseRunConfig(config, WHERE),
    ...(view !== undefined && { view }),
    ...(fields && { fields }),
    ...(run && { run: unpackedCurves(run, end < 0 ? new Uint8Array() : bytes.subarray(end + 1), WHERE) }),
  };
}

/** @returns no bytes for a link that cannot be unpacked */
function unpacked(text: string): { version: number; bytes: Uint8Array | undefined } {
  try {
    const packed = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0));
    const version = packed[0] ?? VERSION;
    if (version !== VERSION) return { version, bytes: undefined };
    // A fixed buffer bounds the unpacked size of a hostile link.
    const out = new Uint8Array(MOST_BYTES);
    return { version, bytes: inflateSync(packed.subarray(1), { out, dictionary: DICTIONARY }) };
  } catch {
    return { version: VERSION, bytes: undefined };
  }
}

/** What the fragment of a share link begins with; apart, so that a page without such a link loads no decompressor. */
export const SHARE_KEY = 'recipe=';

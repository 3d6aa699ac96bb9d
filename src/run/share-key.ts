/** What the fragments of share links begin with; apart, so that a page without such a link loads no decompressor. */
export const LINK_KEY = 'share=';
/** Of links that earlier versions of the studio made: a recipe alone. */
export const SHARE_KEY = 'recipe=';

export const isShareLink = (hash: string): boolean => [LINK_KEY, SHARE_KEY].some((key) => hash.startsWith(`#${key}`));

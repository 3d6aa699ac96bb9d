/**
 * Below this width the columns of a page follow one another: phones, and a laptop at 200 % zoom. CSS files repeat it,
 * because a media query cannot read a variable.
 */
export const ONE_COLUMN = '(max-width: 860px)';

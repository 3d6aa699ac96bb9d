/** A dialog's `header` element is no banner of the page, which has one; Mantine gives it no role of its own. */
export const HEADER = { header: { role: 'presentation' } };

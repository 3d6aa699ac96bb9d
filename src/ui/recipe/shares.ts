/** Shares by name, as SharesField edits them. */

/**
 * With another share of one name.
 *
 * @param share undefined or null removes the name
 * @returns undefined where no share is left
 */
export function withShare(
  shares: Readonly<Record<string, number>> | undefined,
  name: string,
  share: unknown,
): Record<string, number> | undefined {
  const { [name]: _before, ...others } = shares ?? {};
  const next = typeof share === 'number' ? { ...shares, [name]: share } : others;
  return Object.keys(next).length > 0 ? next : undefined;
}

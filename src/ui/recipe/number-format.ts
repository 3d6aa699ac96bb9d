import type { ConfigField } from '../../run/config/fields.ts';
import type { NumberFormat } from '../inputs/parse-number.ts';

/** The format and range of a number field of the RunConfig. */
export function numberFormat({ kind, unit, minimum, maximum, exclusive, ...field }: ConfigField): NumberFormat {
  const empty = field.absent ?? (field.default === null ? 'off' : undefined);
  return {
    ...(kind === 'integer' && { whole: true }),
    ...(unit !== undefined && { unit }),
    ...(kind === 'number' && minimum !== undefined && minimum >= 0 && maximum === 1 && { share: true }),
    ...(empty !== undefined && { empty }),
    ...(minimum !== undefined && { minimum }),
    ...(exclusive && { exclusive }),
    ...(maximum !== undefined && { maximum }),
  };
}

/** Numbers of the exact gradient split, on the page and in pictures. */
import { formatValue } from '../../run/metrics/units.ts';
import type { SplitCell } from './split-table.ts';

export const normText = ({ norm }: SplitCell): string => formatValue('norm', norm);

/** Both cosines; a dash for one that is undefined. */
export const cosineText = ({ cosineInside, cosineUnclipped }: SplitCell): string =>
  [cosineInside, cosineUnclipped]
    .map((value) => (Number.isFinite(value) ? formatValue('cosine', value).replace('-', '−') : '–'))
    .join(' / ');

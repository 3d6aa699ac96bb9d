/** The newest exact gradient split as a table: a row per zone, a column per parameter group. */
import { ZONES, type Zone } from '../../run/step-record.ts';

export interface SplitCell {
  norm: number;
  /** Cosine with the gradient of the tokens inside the clip range; NaN where it is undefined. */
  cosineInside: number;
  /** Cosine with the unclipped gradient. */
  cosineUnclipped: number;
}

export interface SplitTable {
  /** "whole model", then the groups in the order of the split. */
  groups: string[];
  rows: { zone: Zone; cells: SplitCell[] }[];
}

const WHOLE = 'whole model';

/** @param metrics of the split, by name */
export function splitTable(metrics: Readonly<Record<string, number>>): SplitTable {
  const groups = [
    ...new Set(
      Object.keys(metrics).flatMap((name) => /^gradient_split\/inside\/layers\/(.+)\/norm$/.exec(name)?.[1] ?? []),
    ),
  ];
  const value = (zone: Zone, group: string | undefined, what: string) =>
    metrics[`gradient_split/${zone}${group === undefined ? '' : `/layers/${group}`}/${what}`] ?? NaN;
  return {
    groups: [WHOLE, ...groups],
    rows: ZONES.filter((zone) => value(zone, undefined, 'norm') > 0).map((zone) => ({
      zone,
      cells: [undefined, ...groups].map((group) => ({
        norm: value(zone, group, 'norm') || 0,
        cosineInside: zone === 'inside' ? 1 : value(zone, group, 'cosine_inside'),
        cosineUnclipped: value(zone, group, 'cosine_unclipped'),
      })),
    })),
  };
}

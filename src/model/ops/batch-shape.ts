/** The sizes of a batch, which the grids of planned dispatches depend on. */
export interface BatchShape {
  rows: number;
  targets: number;
  sequences: number;
  /** Distinct tokens among the rows. */
  distinct: number;
}

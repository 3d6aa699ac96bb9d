/** A part's heading and text in the report. */
import type { Results } from '../results.ts';
import type { PartName } from '../rows.ts';
import type { PartResults } from '../rows.ts';

export interface Section<Name extends PartName = PartName> {
  title: string;
  /** @param all results, for parts that refer to others */
  text: (result: PartResults[Name], all: Results) => string;
}

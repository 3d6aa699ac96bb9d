/** All parts of a benchmark's results as one Markdown text. */
import type { Results } from '../results.ts';
import type { PartName } from '../rows.ts';
import { comparisons } from './comparisons.ts';
import { engineSections } from './engine.ts';
import { pageLoadSection } from './page-load.ts';
import type { Section } from './section.ts';
import { statisticsSection } from './statistics.ts';

const SECTIONS: { [Name in PartName]: Section<Name> } = {
  ...comparisons,
  ...engineSections,
  statistics: statisticsSection,
  'page-load': pageLoadSection,
};

/** A part's text with time and commit, without its heading; undefined if it was not measured. */
export function sectionText(results: Results, name: PartName): string | undefined {
  const part = results.parts[name];
  return (
    part &&
    `${(SECTIONS[name] as Section).text(part.result, results)}\n\n` +
      `(${part.at.slice(11, 16)} UTC, commit ${part.commit || 'unknown'})`
  );
}

export function report(results: Results): string {
  const sections = (Object.keys(SECTIONS) as PartName[]).flatMap((name) => {
    const text = sectionText(results, name);
    return text === undefined ? [] : [`## ${SECTIONS[name].title}\n\n${text}`];
  });
  return `# ${results.date}, ${results.adapter}, ${results.runtime}\n\n${sections.join('\n\n')}\n`;
}

/** All parts of a benchmark's results as one Markdown text. */
import type { PartName, Results } from '../results.ts';
import { comparisons } from './comparisons.ts';
import { engineSections } from './engine.ts';
import type { Section } from './section.ts';
import { statisticsSection } from './statistics.ts';

const SECTIONS: { [Name in PartName]: Section<Name> } = { ...comparisons, ...engineSections, statistics: statisticsSection };

export function report(results: Results): string {
  const sections = (Object.keys(SECTIONS) as PartName[]).flatMap((name) => {
    const part = results.parts[name];
    if (!part) return [];
    const section = SECTIONS[name] as Section;
    return [`## ${section.title}\n\n${section.text(part.result, results)}\n\n(${part.at.slice(11, 16)} UTC, commit ${part.commit || 'unknown'})`];
  });
  return `# ${results.date}, ${results.adapter}, ${results.runtime}\n\n${sections.join('\n\n')}\n`;
}

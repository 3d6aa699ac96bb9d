import { Accordion } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { adviceOf } from '../../advice/advice.ts';
import { useRecipe } from '../../store/recipe-store.ts';

export interface FoldedSection {
  title: string;
  /** Matches the paths of its fields. */
  paths: RegExp;
  fields: ReactNode;
}

/** Part of the elements' ids, which have no spaces. */
const keyOf = ({ title }: FoldedSection): string => title.toLowerCase().replace(/\s+/g, '-');

/** Sections that are collapsed at first; one whose fields have a problem or advice is open. */
export function FoldedSections({ sections }: { sections: readonly FoldedSection[] }) {
  const [opened, setOpened] = useState<string[]>([]);
  const wrong = useRecipe(
    useShallow((recipe) => {
      const told = [
        ...Object.keys(recipe.problems),
        ...(recipe.checked ? adviceOf(recipe.checked).map(({ path }) => path) : []),
      ];
      return sections.filter(({ paths }) => told.some((path) => paths.test(path))).map(keyOf);
    }),
  );
  return (
    <Accordion
      multiple
      variant="default"
      value={[...new Set([...opened, ...wrong])]}
      onChange={setOpened}
      chevronSize={14}
      styles={{
        control: { paddingInline: 0 },
        content: { paddingInline: 0 },
        label: { fontSize: 12, paddingBlock: 8 },
      }}
    >
      {sections.map((section) => (
        <Accordion.Item key={keyOf(section)} value={keyOf(section)}>
          <Accordion.Control>{section.title}</Accordion.Control>
          <Accordion.Panel>{section.fields}</Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}

import { useEffect } from 'react';
import { learnAddress } from '../../store/learn-store.ts';
import { GLOSSARY, type GlossaryEntry } from './glossary.ts';
import { LEARN_PAGES, LESSON_INFO } from './lesson-list.ts';

const ENTRIES: [string, GlossaryEntry][] = Object.entries(GLOSSARY);

/** All terms that the lessons link to. */
export function GlossaryPage({ term }: { term: string | undefined }) {
  useEffect(() => {
    if (term !== undefined) document.getElementById(`term-${term}`)?.scrollIntoView({ block: 'center' });
  }, [term]);
  return (
    <article className="lesson glossary" data-testid="glossary" aria-labelledby="lesson-title">
      <h2 id="lesson-title" tabIndex={-1}>
        {LEARN_PAGES.glossary}
      </h2>
      <dl>
        {ENTRIES.map(([id, { term: word, meaning, lesson }]) => (
          <div key={id} id={`term-${id}`} className={id === term ? 'asked' : ''}>
            <dt>{word}</dt>
            <dd>
              {meaning} {lesson && <a href={learnAddress(lesson)}>{LESSON_INFO[lesson].title}</a>}
            </dd>
          </div>
        ))}
      </dl>
    </article>
  );
}

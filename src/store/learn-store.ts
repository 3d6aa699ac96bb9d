/** The open lesson or page, kept as `#/learn/PART` in the URL, and the completed lessons, kept in this browser. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

export const LESSON_IDS = ['gradient', 'ratio', 'clip', 'zones', 'gppo', 'watch', 'pipeline', 'evidence'] as const;
export type LessonId = (typeof LESSON_IDS)[number];
/** Pages of Learn that are no lessons. */
export const LEARN_PAGE_IDS = ['claims', 'regimes', 'glossary', 'workshop'] as const;
export type LearnPageId = (typeof LEARN_PAGE_IDS)[number];
export type LearnPart = LessonId | LearnPageId;

interface LearnState {
  /** Undefined at `#/learn` itself, which shows the first lesson not completed. */
  part: LearnPart | undefined;
  /** The requested glossary entry. */
  term: string | undefined;
  done: LessonId[];
  finish: (lesson: LessonId) => void;
}

/** Parses a URL fragment: `#/learn/zones`, `#learn/zones`, `#/learn/glossary/ratio`. */
export function learnPlace(hash: string): Pick<LearnState, 'part' | 'term'> {
  const [, named, term] = /^#\/?learn\/([a-z]+)(?:\/([a-z-]+))?$/.exec(hash) ?? [];
  const part = [...LESSON_IDS, ...LEARN_PAGE_IDS].find((one) => one === named);
  return { part, term: part === 'glossary' ? term : undefined };
}

/** The URL fragment of a lesson, a page, or a glossary entry. */
export const learnAddress = (part: LearnPart, term?: string): string =>
  `#/learn/${part}${term === undefined ? '' : `/${term}`}`;

/** The next lesson: the first one not completed. */
export const nextLesson = (done: readonly LessonId[]): LessonId =>
  LESSON_IDS.find((id) => !done.includes(id)) ?? LESSON_IDS[0];

export const useLearn = create<LearnState>()(
  persist(
    (set) => ({
      ...learnPlace(typeof location === 'undefined' ? '' : location.hash),
      done: [],
      finish: (lesson) => set(({ done }) => ({ done: done.includes(lesson) ? done : [...done, lesson] })),
    }),
    {
      name: 'gppo-studio-learn',
      partialize: ({ done }) => ({ done }),
      // Lessons may be renamed in a later version.
      merge: (kept, fresh) => ({
        ...fresh,
        done: LESSON_IDS.filter((id) => (kept as { done?: unknown[] } | undefined)?.done?.includes(id)),
      }),
    },
  ),
);

// A link to another lesson changes only the URL.
if (typeof window !== 'undefined') {
  window.addEventListener('popstate', () => {
    const place = learnPlace(location.hash);
    // On other pages the lesson stays open.
    if (place.part) useLearn.setState(place);
  });
}

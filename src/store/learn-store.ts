/** Which lesson is open, behind `#/learn/LESSON` of the address, and which are done, kept in this browser. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

export const LESSON_IDS = ['gradient', 'ratio', 'clip', 'zones', 'gppo', 'watch', 'pipeline', 'evidence'] as const;
export type LessonId = (typeof LESSON_IDS)[number];
export type LearnPart = LessonId | 'glossary';

interface LearnState {
  /** Undefined at `#/learn` itself: then the first lesson that is not done is shown. */
  part: LearnPart | undefined;
  /** The entry of the glossary that was asked for. */
  term: string | undefined;
  done: LessonId[];
  finish: (lesson: LessonId) => void;
}

/** What an address asks for: `#/learn/zones`, `#learn/zones`, `#/learn/glossary/ratio`. */
export function learnPlace(hash: string): Pick<LearnState, 'part' | 'term'> {
  const [, named, term] = /^#\/?learn\/([a-z]+)(?:\/([a-z-]+))?$/.exec(hash) ?? [];
  const part = [...LESSON_IDS, 'glossary' as const].find((one) => one === named);
  return { part, term: part === 'glossary' ? term : undefined };
}

/** The address of a lesson, of the glossary, or of an entry of it. */
export const learnAddress = (part: LearnPart, term?: string): string =>
  `#/learn/${part}${term === undefined ? '' : `/${term}`}`;

/** The lesson to go on with: the first that is not done. */
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
      // Lessons may have other names in a later version.
      merge: (kept, fresh) => ({
        ...fresh,
        done: LESSON_IDS.filter((id) => (kept as { done?: unknown[] } | undefined)?.done?.includes(id)),
      }),
    },
  ),
);

// A press on a link to another lesson changes the address alone.
if (typeof window !== 'undefined') {
  window.addEventListener('popstate', () => {
    const place = learnPlace(location.hash);
    // Elsewhere in the studio the lesson stays open behind it.
    if (place.part) useLearn.setState(place);
  });
}

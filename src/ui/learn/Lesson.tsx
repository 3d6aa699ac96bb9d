import type { ReactNode } from 'react';
import { IconArrowLeft, IconArrowRight, IconCheck } from '@tabler/icons-react';
import { LESSON_IDS, learnAddress, useLearn, type LessonId } from '../../store/learn-store.ts';
import { LESSON_INFO, lessonNumber } from './lesson-list.ts';
import { TryIt } from './TryIt.tsx';

/** A lesson: its idea, text and figures, a recipe to try, and links to its neighbours. */
export function Lesson({ id, children }: { id: LessonId; children: ReactNode }) {
  const { title, idea } = LESSON_INFO[id];
  const number = lessonNumber(id);
  const [before, after] = [LESSON_IDS[number - 2], LESSON_IDS[number]];
  const done = useLearn((learn) => learn.done.includes(id));
  const finish = () => useLearn.getState().finish(id);
  return (
    <article className="lesson" data-testid={`lesson-${id}`} aria-labelledby="lesson-title">
      <p className="lesson-number">
        Lesson {number} of {LESSON_IDS.length}
        {done && (
          <span className="lesson-done">
            <IconCheck size={14} aria-hidden /> done
          </span>
        )}
      </p>
      <h2 id="lesson-title" tabIndex={-1}>
        {title}
      </h2>
      <p className="lesson-idea">{idea}</p>
      {children}
      <TryIt lesson={id} />
      <nav className="lesson-ways" aria-label="Previous and next lesson">
        {before ? (
          <a href={learnAddress(before)}>
            <IconArrowLeft size={15} aria-hidden /> {LESSON_INFO[before].title}
          </a>
        ) : (
          <span />
        )}
        {after ? (
          <a href={learnAddress(after)} onClick={finish} data-testid="next-lesson">
            {LESSON_INFO[after].title} <IconArrowRight size={15} aria-hidden />
          </a>
        ) : (
          <a href={learnAddress('glossary')} onClick={finish} data-testid="next-lesson">
            Glossary <IconArrowRight size={15} aria-hidden />
          </a>
        )}
      </nav>
    </article>
  );
}

import { IconCircle, IconCircleCheckFilled } from '@tabler/icons-react';
import { LEARN_PAGE_IDS, LESSON_IDS, learnAddress, useLearn, type LearnPart } from '../../store/learn-store.ts';
import { beginTour } from '../tour/begin-tour.ts';
import { LEARN_PAGES, LESSON_INFO } from './lesson-list.ts';

/** All lessons with their completion, the other pages and the tour. */
export function LessonNav({ part }: { part: LearnPart }) {
  const done = useLearn((learn) => learn.done);
  return (
    <nav className="lesson-nav" aria-label="Lessons">
      <h2 className="section-title">Lessons</h2>
      <ol>
        {LESSON_IDS.map((id, i) => (
          <li key={id}>
            <a href={learnAddress(id)} aria-current={id === part ? 'page' : undefined}>
              {done.includes(id) ? (
                <IconCircleCheckFilled size={16} className="done" aria-label="done:" role="img" />
              ) : (
                <IconCircle size={16} aria-hidden />
              )}
              <span>
                {i + 1} {LESSON_INFO[id].title}
              </span>
            </a>
          </li>
        ))}
      </ol>
      <p className="hint">
        {done.length} of {LESSON_IDS.length} done
      </p>
      <h2 className="section-title">Reference</h2>
      <ul>
        {LEARN_PAGE_IDS.map((id) => (
          <li key={id}>
            <a href={learnAddress(id)} aria-current={id === part ? 'page' : undefined}>
              {LEARN_PAGES[id]}
            </a>
          </li>
        ))}
        <li>
          <button type="button" onClick={() => void beginTour()}>
            Tour of the Train page
          </button>
        </li>
      </ul>
    </nav>
  );
}

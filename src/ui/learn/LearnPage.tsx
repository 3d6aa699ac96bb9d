import { useEffect, useRef, useState, type ComponentType } from 'react';
import { nextLesson, useLearn, type LearnPart, type LessonId } from '../../store/learn-store.ts';
import { ClaimsPage } from './claims/ClaimsPage.tsx';
import { GlossaryPage } from './GlossaryPage.tsx';
import './learn.css';
import './figures/figures.css';
import './figures/responses.css';
import './navigation.css';
import { LessonNav } from './LessonNav.tsx';
import { RegimesPage } from './regimes/RegimesPage.tsx';
import { ClipLesson } from './lessons/ClipLesson.tsx';
import { EvidenceLesson } from './lessons/EvidenceLesson.tsx';
import { GppoLesson } from './lessons/GppoLesson.tsx';
import { GradientLesson } from './lessons/GradientLesson.tsx';
import { PipelineLesson } from './lessons/PipelineLesson.tsx';
import { RatioLesson } from './lessons/RatioLesson.tsx';
import { WatchLesson } from './lessons/WatchLesson.tsx';
import { ZonesLesson } from './lessons/ZonesLesson.tsx';
import { WorkshopPage } from './WorkshopPage.tsx';

const LESSONS: Record<LessonId, ComponentType> = {
  gradient: GradientLesson,
  ratio: RatioLesson,
  clip: ClipLesson,
  zones: ZonesLesson,
  gppo: GppoLesson,
  watch: WatchLesson,
  pipeline: PipelineLesson,
  evidence: EvidenceLesson,
};

/** Short lessons, one idea each, from the policy gradient to what the data shows. */
export function LearnPage() {
  const asked = useLearn((learn) => learn.part);
  const term = useLearn((learn) => learn.term);
  // The current lesson stays while it is being finished.
  const [first] = useState(() => nextLesson(useLearn.getState().done));
  const part = asked ?? first;
  const main = useRef<HTMLElement>(null);
  const shown = useRef(part);
  useEffect(() => {
    if (shown.current === part) return;
    shown.current = part;
    // A new lesson starts at its top, for eyes and for screen readers; an entry of the glossary is scrolled to by
    // itself.
    if (part !== 'glossary') main.current?.scrollTo({ top: 0 });
    document.getElementById('lesson-title')?.focus({ preventScroll: true });
  }, [part]);
  return (
    <div className="page two-columns learn">
      <aside className="side left" aria-label="Contents">
        <LessonNav part={part} />
      </aside>
      <main className="middle" ref={main} tabIndex={0} aria-label="Lesson">
        <Part part={part} term={term} />
      </main>
    </div>
  );
}

function Part({ part, term }: { part: LearnPart; term: string | undefined }) {
  if (part === 'glossary') return <GlossaryPage term={term} />;
  if (part === 'claims') return <ClaimsPage />;
  if (part === 'regimes') return <RegimesPage />;
  if (part === 'workshop') return <WorkshopPage />;
  const Shown = LESSONS[part];
  return <Shown key={part} />;
}

import type { ReactNode } from 'react';

/** A figure of a lesson: the drawing, its controls, and a line on what to observe. */
export function LessonFigure({
  name,
  caption,
  controls,
  children,
}: {
  name: string;
  caption: ReactNode;
  controls?: ReactNode;
  children: ReactNode;
}) {
  return (
    <figure className="lesson-figure" data-testid={`figure-${name}`}>
      {controls && <div className="lesson-controls">{controls}</div>}
      {children}
      <figcaption>{caption}</figcaption>
    </figure>
  );
}

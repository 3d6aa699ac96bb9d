import type { ReactNode } from 'react';

/** A common mistake. */
export function Aside({ title, children }: { title: string; children: ReactNode }) {
  return (
    <aside className="lesson-aside" aria-label={title}>
      <b>{title}</b> {children}
    </aside>
  );
}

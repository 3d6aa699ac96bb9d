import type { ReactNode } from 'react';
import { ErrorBanner } from './ErrorBanner.tsx';

interface MainColumnProps {
  /** Name of the landmark. */
  label: string;
  className?: string;
  children: ReactNode;
}

/** The work of a page, below the error of the run or the worker. */
export function MainColumn({ label, className, children }: MainColumnProps) {
  return (
    <main className={className === undefined ? 'middle' : `middle ${className}`} tabIndex={0} aria-label={label}>
      <ErrorBanner />
      {children}
    </main>
  );
}

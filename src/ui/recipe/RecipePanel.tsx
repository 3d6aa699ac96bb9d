import { useRun } from '../../store/run-store.ts';
import { ModelSection } from './ModelSection.tsx';
import { RecipeFile } from './RecipeFile.tsx';
import { RlSections } from './RlSections.tsx';
import { SftSection } from './SftSection.tsx';

/** The left column: what the next run will do. */
export function RecipePanel() {
  const software = useRun((run) => run.adapter?.software ?? false);
  return (
    <>
      <RecipeFile />
      {software && <p className="note warning">No graphics card found: the studio computes on the processor. Everything works, many times slower.</p>}
      <ModelSection />
      <RlSections />
      <SftSection />
      <p className="hint">
        <kbd>Space</kbd> train or pause, <kbd>N</kbd> one step, <kbd>Esc</kbd> stop
      </p>
    </>
  );
}

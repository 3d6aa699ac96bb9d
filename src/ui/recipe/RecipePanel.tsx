import './recipe.css';
import { useRun } from '../../store/run-store.ts';
import { ComputeSection } from './ComputeSection.tsx';
import { MemorySection } from './MemorySection.tsx';
import { ModelSection } from './ModelSection.tsx';
import { RecipeFile } from './RecipeFile.tsx';
import { RlSections } from './RlSections.tsx';
import { SftSection } from './SftSection.tsx';
import { TrainedSection } from './TrainedSection.tsx';

/** The left column: the recipe of the next run. */
export function RecipePanel() {
  const adapter = useRun((run) => run.adapter);
  return (
    <>
      <RecipeFile />
      {adapter?.software && <p className="note warning">Software adapter: running on the CPU, much slower.</p>}
      <ModelSection />
      <TrainedSection />
      <RlSections />
      <SftSection />
      <MemorySection />
      <ComputeSection />
      {adapter && !adapter.software && (
        <p className="hint">
          Running on{' '}
          {[adapter.vendor, adapter.architecture, adapter.description].filter(Boolean).join(' ') || 'the GPU'}.
        </p>
      )}
    </>
  );
}

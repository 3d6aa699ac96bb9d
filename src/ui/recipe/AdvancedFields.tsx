import { ComputeSection } from './ComputeSection.tsx';
import { MemorySection } from './MemorySection.tsx';
import { ReportSection } from './ReportSection.tsx';
import { RlSections } from './RlSections.tsx';
import { SftSection } from './SftSection.tsx';

/** Fields of the recipe's long form, below those of the short one. */
export function AdvancedFields() {
  return (
    <>
      <RlSections />
      <SftSection />
      <ReportSection />
      <MemorySection />
      <ComputeSection />
    </>
  );
}

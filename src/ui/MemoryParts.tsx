import { MEMORY_PARTS, megabytesText, type PhaseMemory } from '../views/memory.ts';

/** A phase's memory by part; empty parts are left out. */
export function MemoryParts({ phase, className }: { phase: Pick<PhaseMemory, 'parts'>; className: string }) {
  return (
    <dl className={className}>
      {MEMORY_PARTS.filter((part) => phase.parts[part] > 0).map((part) => (
        <div key={part} style={{ display: 'contents' }}>
          <dt>{part}</dt>
          <dd>{megabytesText(phase.parts[part])}</dd>
        </div>
      ))}
    </dl>
  );
}

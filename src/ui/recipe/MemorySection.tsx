import { Accordion } from '@mantine/core';
import { largestPhase, megabytesText, passesText, weightsText } from '../../views/memory.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { useRun } from '../../store/run-store.ts';
import { SectionFields } from './SectionFields.tsx';
import { useMemoryPlan } from './use-memory-plan.ts';
import { MemoryParts } from '../MemoryParts.tsx';

/** The run's GPU memory by part, and ways to lower it. */
export function MemorySection() {
  const checked = useRecipe((recipe) => recipe.checked);
  const ready = useRun((run) => run.adapter !== undefined);
  const { plan, refused } = useMemoryPlan(checked, ready);
  const phase = plan && largestPhase(plan);
  const passes = phase && passesText(phase);
  return (
    <section className="section" data-testid="memory">
      <h2 className="section-title">Memory</h2>
      {refused && (
        <p className="note warning" role="alert">
          {refused}
        </p>
      )}
      {plan && phase && (
        <>
          <p className="hint">
            <b>{megabytesText(phase.total)}</b> of {megabytesText(plan.budget)}
            {passes && `; ${passes}`}
          </p>
          <Accordion
            variant="default"
            chevronSize={14}
            styles={{
              control: { paddingInline: 0 },
              content: { paddingInline: 0 },
              label: { fontSize: 12, paddingBlock: 8 },
            }}
          >
            <Accordion.Item value="parts">
              <Accordion.Control>Memory by part</Accordion.Control>
              <Accordion.Panel>
                <MemoryParts phase={phase} className="token-detail" />
                <p className="hint">The model's weights: {weightsText(plan.weights)}.</p>
                <p className="hint">
                  Activations, caches, logits and scratch share buffers that they need at different times:{' '}
                  {megabytesText(plan.shared)} instead of {megabytesText(plan.unshared)}.
                </p>
                <SectionFields section="memory" />
              </Accordion.Panel>
            </Accordion.Item>
          </Accordion>
        </>
      )}
    </section>
  );
}

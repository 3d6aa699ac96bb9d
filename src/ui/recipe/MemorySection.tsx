import { Accordion } from '@mantine/core';
import { useState } from 'react';
import { largestPhase, megabytesText, passesText, weightsText } from '../../views/memory.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { useRecipeCheck } from '../../store/recipe-check.ts';
import { SectionFields } from './SectionFields.tsx';
import { MemoryParts } from '../MemoryParts.tsx';

/** The run's GPU memory by part, and ways to lower it. */
export function MemorySection() {
  const plan = useRecipeCheck((check) => check.plan);
  const wrong = useRecipe((recipe) => Object.keys(recipe.problems).some((path) => path.startsWith('memory.')));
  const [opened, setOpened] = useState(false);
  const phase = plan && largestPhase(plan);
  const passes = phase && passesText(phase);
  return (
    <section className="section" data-testid="memory">
      <h2 className="section-title">Memory</h2>
      {plan && phase && (
        <p className="hint">
          <b>{megabytesText(phase.total)}</b> of {megabytesText(plan.budget)}
          {passes && `; ${passes}`}
        </p>
      )}
      <Accordion
        variant="default"
        // The fields must be reachable while they have a problem.
        value={wrong || opened ? 'parts' : null}
        onChange={(value) => setOpened(value === 'parts')}
        chevronSize={14}
        styles={{
          control: { paddingInline: 0 },
          content: { paddingInline: 0 },
          label: { fontSize: 12, paddingBlock: 8 },
        }}
      >
        <Accordion.Item value="parts">
          <Accordion.Control>Memory by part and settings</Accordion.Control>
          <Accordion.Panel>
            {plan && phase && (
              <>
                <MemoryParts phase={phase} className="token-detail" />
                <p className="hint">The model's weights: {weightsText(plan.weights)}.</p>
                <p className="hint">
                  Activations, caches, logits and scratch share buffers that they need at different times:{' '}
                  {megabytesText(plan.shared)} instead of {megabytesText(plan.unshared)}.
                </p>
              </>
            )}
            <SectionFields section="memory" />
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </section>
  );
}

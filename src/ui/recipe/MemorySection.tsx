import { Accordion } from '@mantine/core';
import { largestPhase, megabytesText, passesText, weightsText } from '../../views/memory.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { useRun } from '../../store/run-store.ts';
import { ChoiceField } from './ChoiceField.tsx';
import { NumberField } from './NumberField.tsx';
import { SwitchField } from './SwitchField.tsx';
import { useMemoryPlan } from './use-memory-plan.ts';
import { MemoryParts } from '../MemoryParts.tsx';

/** What the run will take on the adapter, by part, and what can be done about it. */
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
              <Accordion.Control>What takes how much</Accordion.Control>
              <Accordion.Panel>
                <MemoryParts phase={phase} className="token-detail" />
                <p className="hint">The model's weights: {weightsText(plan.weights)}.</p>
                <p className="hint">
                  Activations, caches, logits and scratch share buffers that they need at different times:{' '}
                  {megabytesText(plan.shared)} instead of {megabytesText(plan.unshared)}.
                </p>
                <NumberField
                  path="memory.budget_mb"
                  label="Budget"
                  help="Megabytes that a run may take. Browsers do not tell how much the graphics card has."
                  fallback="default"
                  suffix=" MB"
                />
                <NumberField
                  path="memory.micro_batch"
                  label="Sequences a pass"
                  help="An update is cut into passes of this many sequences, whose gradients add up. Empty: whole minibatches, or smaller where they do not fit."
                  fallback="by memory"
                />
                <ChoiceField
                  path="memory.frozen_weights"
                  label="Frozen weights"
                  help="Precision of the matrices that are not trained: as the checkpoint has them, or rounded to 16 bit, half the memory of f32."
                  choices={['f32', 'bf16', 'f16']}
                  fallback="as stored"
                />
                <SwitchField
                  path="memory.recompute"
                  label="Recompute activations"
                  help="Make activations again in the backward pass instead of keeping them: less memory, a third more work, the same gradients."
                />
              </Accordion.Panel>
            </Accordion.Item>
          </Accordion>
        </>
      )}
    </section>
  );
}

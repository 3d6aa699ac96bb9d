import { ChoiceField } from './ChoiceField.tsx';
import { NumberField } from './NumberField.tsx';

/** Fields of AdamW and its schedule beside the learning rate. */
export function OptimizerFields({ stage }: { stage: 'sft' | 'rl' }) {
  return (
    <>
      <ChoiceField path={`${stage}.schedule`} />
      <NumberField path={`${stage}.warmup_steps`} />
      <NumberField path={`${stage}.min_learning_rate`} step={0.00001} />
      <NumberField path={`${stage}.gradient_clip`} step={0.1} />
      <NumberField path={`${stage}.weight_decay`} step={0.01} />
      <NumberField path={`${stage}.adam_beta1`} step={0.01} />
      <NumberField path={`${stage}.adam_beta2`} step={0.001} />
      <NumberField path={`${stage}.adam_epsilon`} step={0.00000001} />
    </>
  );
}

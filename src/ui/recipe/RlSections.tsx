import { configField } from '../../run/config-fields.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { ChoiceField } from './ChoiceField.tsx';
import { FoldedSections, type FoldedSection } from './FoldedSections.tsx';
import { NumberField, NumberPair } from './NumberField.tsx';
import { OptimizerFields } from './OptimizerFields.tsx';
import { optimizerPaths } from './optimizer-paths.ts';
import { SectionFields } from './SectionFields.tsx';
import { SwitchField } from './SwitchField.tsx';

const FOLDED: readonly FoldedSection[] = [
  {
    title: 'Sampling',
    paths: /^rl\.(temperature|top_k|top_p|max_response_tokens)$/,
    fields: (
      <>
        <NumberField path="rl.temperature" step={0.1} />
        <NumberField path="rl.top_k" />
        <NumberField path="rl.top_p" step={0.05} />
        <NumberField path="rl.max_response_tokens" />
      </>
    ),
  },
  {
    title: 'Prompt selection',
    paths: /^rl\.curriculum/,
    fields: (
      <>
        <ChoiceField path="rl.curriculum" />
        <NumberField path="rl.curriculum_floor" step={0.05} />
        <NumberField path="rl.curriculum_memory" step={0.05} />
      </>
    ),
  },
  {
    title: 'Advantages and loss',
    paths:
      /^rl\.(aggregation|advantage|filter_groups|max_num_gen_batches|overlong_filter|positive_lm|kl_|reference_|entropy_)/,
    fields: (
      <>
        <ChoiceField path="rl.advantage" />
        <ChoiceField path="rl.aggregation" />
        <SwitchField path="rl.filter_groups" />
        <NumberField path="rl.max_num_gen_batches" />
        <SwitchField path="rl.overlong_filter" />
        <NumberField path="rl.positive_lm" step={0.05} />
        <NumberField path="rl.kl_coefficient" step={0.01} />
        <ChoiceField path="rl.kl_estimator" />
        <NumberField path="rl.reference_update_every" />
        <NumberField path="rl.reference_mixup_alpha" step={0.1} />
        <NumberField path="rl.entropy_coefficient" step={0.001} />
      </>
    ),
  },
  { title: 'Optimizer', paths: optimizerPaths('rl'), fields: <OptimizerFields stage="rl" /> },
  {
    title: configField('evaluation').label,
    paths: /^evaluation/,
    fields: <SectionFields section="evaluation" />,
  },
];

/** Rollouts, updates and the loss of the RL stage: basic fields first, the others collapsed. */
export function RlSections() {
  const present = useRecipe((recipe) => recipe.config.rl !== undefined);
  if (!present) return null;
  return (
    <>
      <section className="section">
        <h2 className="section-title">Rollouts and updates</h2>
        <NumberPair first={{ path: 'rl.prompts' }} between="×" second={{ path: 'rl.responses' }} />
        <NumberPair first={{ path: 'rl.minibatches' }} between="×" second={{ path: 'rl.epochs' }} />
        <NumberField path="rl.learning_rate" step={0.0001} />
        <NumberField path="rl.split_every" />
      </section>
      <FoldedSections sections={FOLDED} />
    </>
  );
}

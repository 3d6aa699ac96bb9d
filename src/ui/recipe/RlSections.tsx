import { Accordion } from '@mantine/core';
import { useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { adviceOf } from '../../advice/advice.ts';
import { configField } from '../../run/config-fields.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { ChoiceField } from './ChoiceField.tsx';
import { NumberField, NumberPair } from './NumberField.tsx';
import { SectionFields } from './SectionFields.tsx';
import { StrategySection } from './StrategySection.tsx';
import { SwitchField } from './SwitchField.tsx';

/** Initially collapsed sections, by the paths of their fields. */
const FOLDED: Record<string, RegExp> = {
  sampling: /^rl\.(temperature|top_k|top_p|max_response_tokens)$/,
  loss: /^rl\.(aggregation|normalize_advantages|filter_groups|positive_lm|kl_|entropy_)/,
  optimizer: /^rl\.(schedule|warmup_steps|gradient_clip|weight_decay|min_learning_rate|adam_)/,
  evaluation: /^evaluation/,
};

/** The RL stage: main fields first, the rest collapsed. */
export function RlSections() {
  const present = useRecipe((recipe) => recipe.config.rl !== undefined);
  const [opened, setOpened] = useState<string[]>([]);
  // A collapsed section must not hide a field's problems or advice.
  const wrong = useRecipe(
    useShallow((recipe) => {
      const paths = [
        ...Object.keys(recipe.problems),
        ...(recipe.checked ? adviceOf(recipe.checked).map(({ path }) => path) : []),
      ];
      return Object.keys(FOLDED).filter((section) => paths.some((path) => FOLDED[section]?.test(path)));
    }),
  );
  if (!present) return null;
  return (
    <>
      <StrategySection />
      <section className="section">
        <h2 className="section-title">Rollouts and updates</h2>
        <NumberPair first={{ path: 'rl.prompts' }} between="×" second={{ path: 'rl.responses' }} />
        <NumberPair first={{ path: 'rl.minibatches' }} between="×" second={{ path: 'rl.epochs' }} />
        <NumberField path="rl.learning_rate" step={0.0001} />
        <NumberField path="rl.steps" />
        <NumberField path="rl.split_every" />
        <NumberField path="seed" />
      </section>
      <Accordion
        multiple
        variant="default"
        value={[...new Set([...opened, ...wrong])]}
        onChange={setOpened}
        chevronSize={14}
        styles={{
          control: { paddingInline: 0 },
          content: { paddingInline: 0 },
          label: { fontSize: 12, paddingBlock: 8 },
        }}
      >
        <Accordion.Item value="sampling">
          <Accordion.Control>Sampling</Accordion.Control>
          <Accordion.Panel>
            <NumberField path="rl.temperature" step={0.1} />
            <NumberField path="rl.top_k" />
            <NumberField path="rl.top_p" step={0.05} />
            <NumberField path="rl.max_response_tokens" />
          </Accordion.Panel>
        </Accordion.Item>
        <Accordion.Item value="loss">
          <Accordion.Control>Advantages and loss</Accordion.Control>
          <Accordion.Panel>
            <ChoiceField path="rl.aggregation" />
            <SwitchField path="rl.normalize_advantages" />
            <SwitchField path="rl.filter_groups" />
            <NumberField path="rl.positive_lm" step={0.05} />
            <NumberField path="rl.kl_coefficient" step={0.01} />
            <ChoiceField path="rl.kl_estimator" />
            <NumberField path="rl.entropy_coefficient" step={0.001} />
          </Accordion.Panel>
        </Accordion.Item>
        <Accordion.Item value="optimizer">
          <Accordion.Control>Optimizer</Accordion.Control>
          <Accordion.Panel>
            <ChoiceField path="rl.schedule" />
            <NumberField path="rl.warmup_steps" />
            <NumberField path="rl.min_learning_rate" step={0.00001} />
            <NumberField path="rl.gradient_clip" />
            <NumberField path="rl.weight_decay" step={0.01} />
          </Accordion.Panel>
        </Accordion.Item>
        <Accordion.Item value="evaluation">
          <Accordion.Control>{configField('evaluation').label}</Accordion.Control>
          <Accordion.Panel>
            <SectionFields section="evaluation" />
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </>
  );
}

import { Accordion } from '@mantine/core';
import { useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { adviceOf } from '../../advice/advice.ts';
import { Aggregation, Schedule } from '../../run/config.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { ChoiceField } from './ChoiceField.tsx';
import { NumberField, NumberPair } from './NumberField.tsx';
import { StrategySection } from './StrategySection.tsx';
import { SwitchField } from './SwitchField.tsx';

/** Sections that are folded at first, by the paths of their fields. */
const FOLDED: Record<string, RegExp> = {
  sampling: /^rl\.(temperature|top_k|top_p|max_response_tokens)$/,
  loss: /^rl\.(aggregation|normalize_advantages|filter_groups|positive_lm|kl_|entropy_)/,
  optimizer: /^rl\.(schedule|warmup_steps|gradient_clip|weight_decay|min_learning_rate|adam_)/,
  evaluation: /^evaluation/,
};

/** Everything of the RL stage: what matters first, the rest folded. */
export function RlSections() {
  const present = useRecipe((recipe) => recipe.config.rl !== undefined);
  const [opened, setOpened] = useState<string[]>([]);
  // A folded field must not keep the run from starting unseen, nor hide what there is to say of it.
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
        <NumberPair
          label="Prompts × responses"
          help="Problems of a rollout, and responses to each: the group that advantages are relative to."
          between="×"
          first={{ path: 'rl.prompts', label: 'Prompts', help: '' }}
          second={{ path: 'rl.responses', label: 'Responses', help: '' }}
        />
        <NumberPair
          label="Minibatches × epochs"
          help="Updates made with one rollout: minibatches an epoch, times epochs."
          between="×"
          first={{ path: 'rl.minibatches', label: 'Minibatches', help: '' }}
          second={{ path: 'rl.epochs', label: 'Epochs', help: '' }}
        />
        <NumberField path="rl.learning_rate" label="Learning rate" help="AdamW's step size." step={0.0001} />
        <NumberField path="rl.steps" label="Steps" help="Rollouts, each followed by its updates." />
        <NumberField
          path="rl.split_every"
          label="Gradient split every"
          help="Every so many updates the exact parameter gradient of each zone is computed, with separate backward passes: such an update takes about 3 to 6 times as long. 0: never."
          suffix=" updates"
        />
        <NumberField
          path="seed"
          label="Seed"
          help="Decides problems, samples and the order of minibatches: the same recipe and seed give the same run."
        />
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
            <NumberField
              path="rl.temperature"
              label="Temperature"
              help="Logits are divided by it, in sampling and in training alike."
              step={0.1}
            />
            <NumberField path="rl.top_k" label="Top-k" help="Sample among the k most probable tokens; 0 for all." />
            <NumberField
              path="rl.top_p"
              label="Top-p"
              help="Sample among the fewest tokens that hold this share of the probability; 1 for all."
              step={0.05}
            />
            <NumberField
              path="rl.max_response_tokens"
              label="Longest response"
              help="Tokens after which a response is cut off."
              fallback="by task"
              suffix=" tokens"
            />
          </Accordion.Panel>
        </Accordion.Item>
        <Accordion.Item value="loss">
          <Accordion.Control>Advantages and loss</Accordion.Control>
          <Accordion.Panel>
            <ChoiceField
              path="rl.aggregation"
              label="Aggregation"
              help="How token losses become one loss, by verl's names."
              choices={Aggregation.options}
              fallback="the strategy's own"
            />
            <SwitchField
              path="rl.normalize_advantages"
              label="Divide by deviation"
              help="Divide a group's advantages by their standard deviation (GRPO), or not (Dr. GRPO)."
            />
            <SwitchField
              path="rl.filter_groups"
              label="Drop equal groups"
              help="Leave out groups whose responses all have the same reward: they have no advantage to learn from."
            />
            <NumberField
              path="rl.positive_lm"
              label="SFT loss beside RL, α"
              help="Coefficient of the mean negative log-likelihood of responses with reward 1 (Klear-Reasoner: 0.1)."
              step={0.05}
            />
            <NumberField
              path="rl.kl_coefficient"
              label="KL to reference"
              help="Coefficient of the KL to the policy at the start of RL; 0 for none."
              step={0.01}
            />
            <ChoiceField
              path="rl.kl_estimator"
              label="KL estimator"
              help="Schulman's k1, k2 or k3."
              choices={['k1', 'k2', 'k3']}
            />
            <NumberField
              path="rl.entropy_coefficient"
              label="Entropy bonus"
              help="Coefficient of the policy's entropy, added to what is maximised."
              step={0.001}
            />
          </Accordion.Panel>
        </Accordion.Item>
        <Accordion.Item value="optimizer">
          <Accordion.Control>Optimizer</Accordion.Control>
          <Accordion.Panel>
            <ChoiceField
              path="rl.schedule"
              label="Schedule"
              help="The learning rate after warm-up: constant, or down along a line or a cosine."
              choices={Schedule.options}
            />
            <NumberField
              path="rl.warmup_steps"
              label="Warm-up"
              help="Updates over which the learning rate rises from 0."
              suffix=" updates"
            />
            <NumberField
              path="rl.gradient_clip"
              label="Gradient clip"
              help="Largest global gradient norm; larger gradients are scaled down to it."
            />
            <NumberField path="rl.weight_decay" label="Weight decay" help="Decoupled, on matrices only." step={0.01} />
          </Accordion.Panel>
        </Accordion.Item>
        <Accordion.Item value="evaluation">
          <Accordion.Control>Held-out accuracy</Accordion.Control>
          <Accordion.Panel>
            <NumberField path="evaluation.every" label="Every" help="Steps between two measurements." suffix=" steps" />
            <NumberField
              path="evaluation.problems"
              label="Problems"
              help="Held-out problems; training never shows them."
            />
            <NumberField
              path="evaluation.samples"
              label="Samples a problem"
              help="Sampled answers to each, beside the greedy one."
            />
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </>
  );
}

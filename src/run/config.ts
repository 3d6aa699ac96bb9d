/**
 * RunConfig: everything that determines a run. Same config and seed on the same adapter give the same metrics, bit for
 * bit.
 *
 * One declaration, in config/, serves the command line, the page, the saved run and the documentation: a field's schema
 * with its label, description and unit. `parseRunConfig` fills in defaults and turns a failure into one clear line.
 */
import { z } from 'zod';
import { inputError } from '../errors.ts';
import { field, seed } from '../schema/field.ts';
import { ModelSource } from './config/model.ts';
import { currentNames, RENAMED_FIELDS } from './config/renamed-fields.ts';
import { ReportConfig } from './config/report.ts';
import { ComputeConfig, EvaluationConfig, MemoryConfig } from './config/resources.ts';
import { RlConfig } from './config/rl.ts';
import { SftConfig } from './config/sft.ts';
import { TaskConfig } from './config/task.ts';
import { knownTeachers } from './config/teacher.ts';
import { parseAs } from './schema-issues.ts';

const AnyFields = z.strictObject({
  name: field(z.string().min(1).max(200).default('run'), {
    label: 'Run name',
    description: 'What the run is called in lists; it has no effect on the run.',
  }),
  seed: field(seed.default(0), {
    label: 'Seed',
    description:
      'Determines problems, samples and the order of minibatches; change it to see how much of a result is noise.',
  }),
  model: field(ModelSource, { label: 'Model', description: 'The weights the run starts from, and which are trained.' }),
  task: field(TaskConfig, { label: 'Task', description: 'The problems the model learns.' }),
  sft: field(SftConfig.optional(), {
    label: 'Supervised fine-tuning',
    description: 'Trains on worked solutions before RL; use it on a model that cannot solve any problem yet.',
    absent: 'no SFT',
  }),
  rl: field(RlConfig.optional(), {
    label: 'Reinforcement learning',
    description: 'Samples responses, grades them with the verifier and updates the policy.',
    absent: 'no RL',
  }),
  evaluation: field(EvaluationConfig.optional(), {
    label: 'Held-out accuracy',
    description: 'Measures greedy and sampled accuracy on problems that training never shows.',
    absent: 'no evaluation',
  }),
  report: field(ReportConfig.optional(), {
    label: 'Report',
    description:
      'Asks the same held-out problems before training, after SFT and after RL, and reports what changed: accuracy, ' +
      'pass@k, lengths, kinds of mistakes, and problems that turned. It has no effect on training.',
    absent: 'no report',
  }),
  memory: field(MemoryConfig.optional(), {
    label: 'Memory',
    description: 'What the run may take on the adapter, and how to need less.',
    absent: 'defaults',
  }),
  compute: field(ComputeConfig.optional(), {
    label: 'Compute',
    description: 'Precision of the arithmetic, where the adapter leaves a choice.',
    absent: 'defaults',
  }),
});

const Fields = AnyFields.superRefine(knownTeachers).refine(
  ({ model, rl }) => !model.lora || !rl || rl.reference_update_every === 0 || rl.reference_mixup_alpha === 1,
  {
    path: ['rl', 'reference_mixup_alpha'],
    error: 'expected 1 with model.lora, because the mean of two adapters is not the adapter of the mean weights',
  },
);

export const RunConfig = z.preprocess(currentNames(RENAMED_FIELDS), Fields);

export type RunConfig = z.output<typeof Fields>;
export type RunConfigInput = z.input<typeof Fields>;
export type { ArchitectureConfig, ModelSource } from './config/model.ts';
export type { EvaluationConfig, MemoryConfig } from './config/resources.ts';
export type { ReportConfig } from './config/report.ts';
export { AdvantageKind, noPolicyGradient, type Aggregation, type RlConfig } from './config/rl.ts';
export type { SftConfig } from './config/sft.ts';
export type { TaskConfig } from './config/task.ts';

/**
 * Checks a parsed JSON value as a RunConfig and fills in defaults. Old names of fields are accepted.
 *
 * @param where the source's name in messages, usually the file name
 * @throws StudioError `input`, one line naming the first wrong field, what was expected and what was found
 */
export function parseRunConfig(value: unknown, where: string): RunConfig {
  const config = parseAs(RunConfig, value, where);
  if (!config.sft && !config.rl && !config.evaluation)
    throw inputError(where, 'nothing to do: expected at least one of sft, rl, evaluation');
  return config;
}

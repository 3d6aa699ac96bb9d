/**
 * The README.md of a published checkpoint or adapter: what was trained how, its curves and evaluation, and how to load
 * it. Front matter as the hub reads it (https://huggingface.co/docs/hub/model-cards).
 */
import type { RunConfig } from '../run/config.ts';
import { formatMetric, metricOf, type MetricName } from '../run/metrics/lookup.ts';
import { taskTitle } from '../run/run-name.ts';
import type { StepRecord } from '../run/step-record.ts';
import { resolveStrategy } from '../run/strategies/strategy-config.ts';
import { markdownTable, markdownText } from '../run/markdown.ts';
import { cardCurves, curveImages } from './card-curves.ts';

export const CARD_KINDS = { checkpoint: 'Checkpoint', adapter: 'LoRA adapter (PEFT)' } as const;
export type CardKind = keyof typeof CARD_KINDS;

export interface CardInput {
  /** `owner/name` on the hub. */
  repository: string;
  kind: CardKind;
  config: RunConfig;
  /** Of all steps and evaluations so far, in order. */
  records: readonly StepRecord[];
}

/** Columns of the table of curves, where a stage reports them. */
const CURVES = {
  sft: ['train/loss', 'train/entropy', 'train/grad_norm'],
  rl: [
    'critic/score/mean',
    'response_length/mean',
    'actor/entropy',
    'clip_ratio/low_mean',
    'clip_ratio/high_mean',
    'gradient/preserved_share',
  ],
} as const satisfies Record<'sft' | 'rl', readonly MetricName[]>;
const EVALUATED = ['accuracy/greedy', 'accuracy/sampled', 'accuracy/pass_at_k', 'eval/loss'] as const;
/** Rows of a curve's table. */
const POINTS = 11;

/** @returns the text of README.md; the same for the same run */
export function modelCard(input: CardInput): string {
  const { config, kind, records, repository } = input;
  const parts = [
    frontMatter(input),
    `# ${markdownText(repository.split('/').at(-1) ?? repository)}`,
    summary(input),
    '## Recipe',
    recipeTable(config),
    'All settings are in [recipe.json](recipe.json), which GPPO Studio opens as a recipe and its command line trains:',
    fenced('sh', 'npm run cli -- train recipe.json --output run'),
    ...pictures(input),
    ...curveSections(records),
    ...evaluationSection(config, records),
    '## Use',
    fenced('python', kind === 'adapter' ? adapterCode(input) : checkpointCode(repository)),
    '## Limits',
    limits(config),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** A base on the hub; a model that ships or was opened from a disk has no name there. */
function hubBase({ model }: RunConfig): string | undefined {
  const [, name] = 'checkpoint' in model ? (/^hub:([\w.-]+(?:\/[\w.-]+)?)/.exec(model.checkpoint) ?? []) : [];
  return name;
}

function frontMatter({ kind, config }: CardInput): string {
  const base = hubBase(config);
  const tags = [
    'gppo-studio',
    ...(config.rl ? ['reinforcement-learning', config.rl.strategy.name] : []),
    ...(config.sft ? ['sft'] : []),
    ...(kind === 'adapter' ? ['lora'] : []),
  ];
  return [
    '---',
    `library_name: ${kind === 'adapter' ? 'peft' : 'transformers'}`,
    'pipeline_tag: text-generation',
    ...(base === undefined ? [] : [`base_model: ${base}`]),
    'tags:',
    // Strategies have names of letters, digits and dashes: no quotes are needed.
    ...tags.map((tag) => `  - ${tag}`),
    '---',
  ].join('\n');
}

/** The stages of a run that have steps. */
function stagesOf(records: readonly StepRecord[]): { phase: 'sft' | 'rl'; steps: number }[] {
  return (['sft', 'rl'] as const).flatMap((phase) => {
    const steps = records.filter((record) => record.phase === phase).at(-1)?.step;
    return steps === undefined ? [] : [{ phase, steps }];
  });
}

function stageText({ phase, steps }: { phase: 'sft' | 'rl'; steps: number }, config: RunConfig): string {
  const planned = config[phase]?.steps;
  const count =
    planned !== undefined && planned > steps
      ? `${steps} of ${planned} steps`
      : `${steps} ${steps === 1 ? 'step' : 'steps'}`;
  const title = config.rl && phase === 'rl' ? `RL with ${resolveStrategy(config.rl.strategy).title}` : 'SFT';
  return `${title} (${count})`;
}

function summary({ kind, config, records }: CardInput): string {
  const base = hubBase(config) ?? ('checkpoint' in config.model ? config.model.checkpoint : 'random weights');
  const stages = stagesOf(records).map((stage) => stageText(stage, config));
  const trained = stages.length > 0 ? stages.join(', then ') : 'no training step yet';
  return (
    `${CARD_KINDS[kind]} trained in a browser tab or under Node with GPPO Studio: ${markdownText(trained)} on ` +
    `${markdownText(taskTitle(config.task))}, from ${markdownText(base)}. Run: ${markdownText(config.name)}, ` +
    `seed ${config.seed}.`
  );
}

function recipeTable(config: RunConfig): string {
  const { sft, rl, task, model, seed } = config;
  const strategy = rl && resolveStrategy(rl.strategy);
  const rows: (readonly [string, string | number | undefined])[] = [
    ['task', taskTitle(task)],
    ['start', 'checkpoint' in model ? model.checkpoint : 'new weights'],
    ['trained weights', model.lora ? `LoRA, rank ${model.lora.rank}` : 'all'],
    ['seed', seed],
    ['learning rate of SFT', sft?.learning_rate],
    ['batch size of SFT', sft?.batch_size],
    ['strategy', strategy?.title],
    ['prompts x responses', rl && `${rl.prompts} x ${rl.responses}`],
    ['minibatches x epochs', rl && `${rl.minibatches} x ${rl.epochs}`],
    ['learning rate of RL', rl?.learning_rate],
  ];
  const text = (value: string | number) => markdownText(typeof value === 'number' ? numberText(value) : value);
  return markdownTable(
    ['', ''],
    rows.flatMap(([name, value]) => (value === undefined ? [] : [[name, text(value)]])),
  );
}

const numberText = (value: number): string => (value !== 0 && value < 1e-2 ? value.toExponential() : String(value));

function pictures(input: CardInput): string[] {
  const images = curveImages(cardCurves(input));
  return images.length === 0 ? [] : ['## Curves', ...images];
}

function curveSections(records: readonly StepRecord[]): string[] {
  return (['sft', 'rl'] as const).flatMap((phase) => {
    const own = records.filter((record) => record.phase === phase);
    const names = CURVES[phase].filter((name) => own.some(({ metrics }) => metrics[name] !== undefined));
    if (own.length === 0 || names.length === 0) return [];
    return [`## ${phase === 'sft' ? 'SFT' : 'RL'} by step`, stepTable(thinned(own), names)];
  });
}

const stepTable = (records: readonly StepRecord[], names: readonly MetricName[]): string =>
  markdownTable(
    ['step', ...names.map((name) => metricOf(name).title)],
    records.map(({ step, metrics }) => [
      String(step),
      ...names.map((name) => {
        const value = metrics[name];
        return value === undefined ? '' : formatMetric(name, value);
      }),
    ]),
  );

/** The first and the last, and evenly spaced ones between. */
function thinned<T>(all: readonly T[]): T[] {
  if (all.length <= POINTS) return [...all];
  const chosen = new Set(Array.from({ length: POINTS }, (_, i) => Math.round((i * (all.length - 1)) / (POINTS - 1))));
  return all.filter((_, i) => chosen.has(i));
}

function evaluationSection({ evaluation }: RunConfig, records: readonly StepRecord[]): string[] {
  const own = records.filter(({ phase }) => phase === 'evaluation');
  const names = EVALUATED.filter((name) => own.some(({ metrics }) => metrics[name] !== undefined));
  if (own.length === 0 || names.length === 0) return [];
  const samples = evaluation?.samples;
  return [
    '## Evaluation',
    `On ${evaluation?.problems ?? 'the'} held-out problems, which training never sees` +
      `${samples === undefined ? '' : `, ${samples} sampled responses each`}. The step is that of the stage in which ` +
      'the evaluation ran.',
    stepTable(thinned(own), names),
  ];
}

const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``;

const checkpointCode = (repository: string): string =>
  [
    'from transformers import AutoModelForCausalLM, AutoTokenizer',
    '',
    `tokenizer = AutoTokenizer.from_pretrained(${JSON.stringify(repository)})`,
    `model = AutoModelForCausalLM.from_pretrained(${JSON.stringify(repository)})`,
  ].join('\n');

function adapterCode({ repository, config }: CardInput): string {
  const base = hubBase(config);
  return [
    'from peft import PeftModel',
    'from transformers import AutoModelForCausalLM',
    '',
    ...(base === undefined ? ['# The folder of the base model, which is not on the hub.'] : []),
    `base = AutoModelForCausalLM.from_pretrained(${JSON.stringify(base ?? 'path/to/base')})`,
    `model = PeftModel.from_pretrained(base, ${JSON.stringify(repository)})`,
  ].join('\n');
}

function limits({ task, seed }: RunConfig): string {
  return (
    `One run with one seed (${seed}): its figures carry the noise of that seed. The model was trained on ` +
    `${markdownText(taskTitle(task))} and evaluated on nothing else; expect no other ability of it.`
  );
}

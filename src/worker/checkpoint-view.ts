/** The page's view of a checkpoint. */
import type { OpenCheckpoint } from '../checkpoint/checkpoint.ts';
import { checkTensors } from '../checkpoint/checkpoint.ts';
import { loraTargets } from '../model/weights/lora-tensors.ts';
import { tensorSpecs } from '../model/spec/tensors.ts';
import type { ModelConfig } from '../model/spec/model-config.ts';
import { TaskConfig } from '../run/config/task.ts';
import type { RunSession } from '../session/session.ts';
import { trainedText } from '../session/trained-checkpoint.ts';
import type { PolicyView } from '../views/states.ts';
import type { CheckpointView } from '../views/models.ts';

/** @throws StudioError `input` when the architecture is supported but its tensors do not fit */
export function checkpointView(id: string, open: OpenCheckpoint): CheckpointView {
  const { config, weights } = open;
  checkTensors(open, tensorSpecs(config));
  return {
    id,
    name: id.slice(id.indexOf(':') + 1).replace(/@[0-9a-f]{40}$/, ''),
    bytes: weights.bytes,
    precision: [...new Set([...weights.entries.values()].map(({ dtype }) => dtype))].join(', '),
    parameters: weights.parameters,
    ...textView(open, config),
  };
}

/** The view of a run's policy. */
export function policyView({ run, model }: Pick<RunSession, 'run' | 'model'>): PolicyView {
  const parameters = model.float32Bytes / 4;
  return {
    bytes: model.float32Bytes,
    precision: 'F32',
    parameters,
    ...textView(trainedText(run), run.model),
  };
}

function textView(
  open: Pick<OpenCheckpoint, 'tokenizerJson' | 'tokenizerFiles' | 'description' | 'task'>,
  config: ModelConfig,
): Omit<PolicyView, 'bytes' | 'precision' | 'parameters'> {
  const task = TaskConfig.safeParse(open.task);
  return {
    architecture: config.architecture,
    tokenizer: tokenizerKind(open),
    layers: config.layers,
    hiddenSize: config.hiddenSize,
    heads: config.heads,
    keyValueHeads: config.keyValueHeads,
    vocabularySize: config.vocabularySize,
    maxPositions: config.maxPositions,
    hasTokenizer: open.tokenizerJson !== undefined,
    loraTargets: loraTargets(config),
    description: open.description,
    ...(task.success && { task: task.data }),
  };
}

/** The pattern at which the studio's own tokenizers split. */
const ANY_CHARACTER = '[\\s\\S]';

/** Found in the text: listing does not parse a tokenizer of 10 MB. */
function tokenizerKind({
  tokenizerJson,
  tokenizerFiles,
}: Pick<OpenCheckpoint, 'tokenizerJson' | 'tokenizerFiles'>): string {
  if (tokenizerJson === undefined) return '';
  const named = /"type"\s*:\s*"(BPE|Unigram|WordPiece|WordLevel)"/.exec(tokenizerJson)?.[1];
  // Files of older versions do not name it.
  const type = named ?? (tokenizerJson.includes('"merges"') ? 'BPE' : undefined);
  const characters = type === 'WordLevel' && tokenizerJson.includes(JSON.stringify(ANY_CHARACTER));
  const chat = tokenizerFiles.some(
    ({ path, text }) =>
      path === 'chat_template.jinja' || (path === 'tokenizer_config.json' && text.includes('"chat_template"')),
  );
  return `${characters ? 'single characters' : (type ?? 'unknown type')}${chat ? ', chat template' : ''}`;
}

/** What is published of a run: the files of its checkpoint or adapter, its recipe, its metrics and a model card. */
import type { StepRecord } from '../run/step-record.ts';
import { modelCard, type CardInput } from './model-card.ts';
import type { PublishedFile } from './publish.ts';

interface ModelFile {
  path: string;
  data: Uint8Array<ArrayBuffer> | Blob;
}

/** @param model config.json, weights and tokenizer; or an adapter's two files */
export function publishedFiles(input: CardInput, model: readonly ModelFile[]): PublishedFile[] {
  const text = (path: string, content: string): PublishedFile => ({ path, content: new Blob([content]) });
  return [
    text('README.md', modelCard(input)),
    text('recipe.json', `${JSON.stringify(input.config, null, 2)}\n`),
    text('metrics.jsonl', input.records.map((record: StepRecord) => `${JSON.stringify(record)}\n`).join('')),
    ...model
      .filter(({ path }) => path !== 'README.md')
      .map(({ path, data }) => ({ path, content: data instanceof Blob ? data : new Blob([data]) })),
  ];
}

export const commitTitle = ({ config, kind, records }: CardInput): string => {
  const steps = records.filter(({ phase }) => phase !== 'evaluation').length;
  return `${kind === 'adapter' ? 'Adapter' : 'Checkpoint'} of ${config.name} after ${steps} steps`;
};

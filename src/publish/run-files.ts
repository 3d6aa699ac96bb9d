/** What is published of a run: the files of its checkpoint or adapter, its recipe, metrics, curves and a model card. */
import type { StepRecord } from '../run/step-record.ts';
import { cardCurves } from './card-curves.ts';
import { modelCard, type CardInput } from './model-card.ts';
import type { PublishedFile } from './publish.ts';

interface ModelFile {
  path: string;
  data: Uint8Array<ArrayBuffer> | Blob;
}

/** @param model config.json, weights and tokenizer; or an adapter's two files */
export function publishedFiles(input: CardInput, model: readonly ModelFile[]): PublishedFile[] {
  const text = (path: string, content: string, type = ''): PublishedFile => ({
    path,
    content: new Blob([content], { type }),
  });
  const curves = cardCurves(input).map(({ path, svg }) => text(path, svg, 'image/svg+xml'));
  return [
    text('README.md', modelCard(input)),
    text('recipe.json', `${JSON.stringify(input.config, null, 2)}\n`),
    text('metrics.jsonl', input.records.map((record: StepRecord) => `${JSON.stringify(record)}\n`).join('')),
    ...curves,
    ...model
      .filter(({ path }) => path !== 'README.md')
      .map(({ path, data }) => ({ path, content: data instanceof Blob ? data : new Blob([data]) })),
  ];
}

/** One line. */
export const commitTitle = ({ config, kind, records }: CardInput): string => {
  const steps = records.filter(({ phase }) => phase !== 'evaluation').length;
  const name = config.name.replace(/\s+/g, ' ');
  return `${kind === 'adapter' ? 'Adapter' : 'Checkpoint'} of ${name} after ${steps} ${steps === 1 ? 'step' : 'steps'}`;
};

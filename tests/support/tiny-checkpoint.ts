/** A small complete checkpoint, and sources that record how it is read. */
import type { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { memorySource, type CheckpointSource } from '../../src/checkpoint/checkpoint-source.ts';
import type { ExportedFile } from '../../src/checkpoint/export-checkpoint.ts';
import { initializeTensors } from '../../src/model/weights/initial-weights.ts';
import { type ModelConfig } from '../../src/model/spec/model-config.ts';
import { stream } from '../../src/random.ts';
import { characterTokenizer } from '../../src/text/character-tokenizer.ts';

export const TINY_CONFIG: ModelConfig = {
  architecture: 'llama',
  vocabularySize: 7,
  hiddenSize: 6,
  layers: 2,
  heads: 2,
  keyValueHeads: 1,
  headDimension: 4,
  intermediateSize: 5,
  maxPositions: 16,
  ropeTheta: 10_000,
  normEpsilon: 1e-5,
  tiedHead: false,
};

export function tinyCheckpoint(): Checkpoint {
  const tokenizerFiles = characterTokenizer([...'01234']).files();
  return {
    name: 'model',
    config: TINY_CONFIG,
    tensors: initializeTensors(TINY_CONFIG, stream(1, 'test')),
    tokenizerFiles,
    tokenizerJson: tokenizerFiles[0]?.text ?? '',
    description: 'made by a test',
    task: { name: 'addition', digits: 2 },
  };
}

export const sourceOf = (files: readonly ExportedFile[]): CheckpointSource =>
  memorySource('model', Object.fromEntries(files.map(({ path, data }) => [path, data])));

/** Every range read, in order. */
export function watched(source: CheckpointSource): {
  source: CheckpointSource;
  reads: { path: string; bytes: number }[];
} {
  const reads: { path: string; bytes: number }[] = [];
  const read: CheckpointSource['read'] = async (path, start, end) => {
    const bytes = await source.read(path, start, end);
    reads.push({ path, bytes: bytes.byteLength });
    return bytes;
  };
  return { source: { ...source, read }, reads };
}

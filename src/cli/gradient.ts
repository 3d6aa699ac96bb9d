/**
 * `gradient`: an objective's loss, token weights and parameter gradient on a given batch; with an adapter, the
 * adapter's gradient.
 */
import { join } from 'node:path';
import { writeSafetensors } from '../checkpoint/safetensors.ts';
import { inputError } from '../errors.ts';
import { parseJsonText } from '../json-text.ts';
import { batchGradient } from '../objective/gradient.ts';
import { parseGradientBatch } from '../run/gradient-batch.ts';
import { checkPositionals, readArguments, required } from './arguments.ts';
import { readText, writeWhole } from './files.ts';
import { createModel, readModelFiles } from './load-model.ts';
import { openNodeGpu } from './node-gpu.ts';

export async function gradient(args: string[]): Promise<void> {
  const given = readArguments('gradient', args, ['model', 'adapter', 'batch', 'output']);
  checkPositionals(given, 'gradient', 0);
  const path = required(given, 'gradient', 'batch');
  const output = required(given, 'gradient', 'output');
  const files = await readModelFiles(given, 'gradient');
  const { vocabularySize, maxPositions } = files.checkpoint.config;
  const batch = parseGradientBatch(parseJsonText(await readText(path), path), path, vocabularySize);
  const long = batch.sequences.findIndex(({ tokens }) => tokens.length > maxPositions + 1);
  if (long >= 0)
    throw inputError(
      path,
      `sequences.${long}.tokens: expected at most ${maxPositions + 1}, for the model's ${maxPositions} positions`,
    );
  const { gpu, tuner } = await openNodeGpu();
  try {
    const model = await createModel(gpu, files, { trained: true });
    const { gradients, ...result } = await batchGradient(model, tuner, batch);
    const { tensors: own, loraTensors } = model.layout;
    const tensors = [...gradients].map(([name, data]) => ({
      name,
      data,
      shape: (own.get(name) ?? loraTensors.get(name))?.shape ?? [data.length],
    }));
    await writeWhole(join(output, 'gradients.safetensors'), writeSafetensors(tensors));
    await writeWhole(join(output, 'result.json'), `${JSON.stringify(result)}\n`);
  } finally {
    gpu.destroy();
  }
}

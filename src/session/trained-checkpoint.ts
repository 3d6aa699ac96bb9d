/** The policy of a session as a checkpoint that can be saved, exported and trained further. */
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { RunSession } from './session.ts';

/** @param origin the checkpoint the run began with, if any */
export async function trainedCheckpoint(session: RunSession, origin: Checkpoint | undefined): Promise<Checkpoint> {
  const files = session.tokenizer.files();
  const tokenizerJson = files.find((file) => file.path === 'tokenizer.json')?.text;
  return {
    name: session.config.name,
    config: session.modelConfig,
    tensors: await session.model.read(),
    ...(tokenizerJson !== undefined && { tokenizerJson }),
    tokenizerFiles: files,
    ...(origin?.generationConfig !== undefined && { generationConfig: origin.generationConfig }),
    ...(origin?.configFields && { configFields: origin.configFields }),
    task: session.config.task,
    description: origin ? `${origin.name}, trained further by the run ${session.config.name}.` : `Trained by the run ${session.config.name}.`,
  };
}

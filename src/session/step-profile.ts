/**
 * Profiles one training step of a paused run per kernel (gpu/profile.ts). The step's work runs once on throwaway state
 * and every kernel is timed alone; weights, moments and old log-probs are restored, so the run resumes unchanged.
 */
import { StudioError } from '../errors.ts';
import type { Gpu } from '../gpu/device.ts';
import { captureDispatches, profileDispatches } from '../gpu/profile.ts';
import { multiplyAddsOf, type WorkShape } from '../model/kernel-work.ts';
import type { Model } from '../model/model.ts';
import type { AdamW } from '../model/training/optimizer.ts';
import { stream } from '../random.ts';
import { RlTrainer } from '../rl/trainer.ts';
import { submitMinibatch } from '../objective/update.ts';
import type { StepKernel, StepPart, StepProfile } from '../views/step-profile.ts';
import type { SftTrainer } from '../sft/trainer.ts';

/** Work of one part of a step, and how often the step does it. */
interface Piece {
  part: StepPart;
  times: number;
  shape: WorkShape;
  work: () => void | Promise<void>;
}

export interface ProfileOptions {
  signal?: AbortSignal;
  onActivity?: (activity: string) => void;
}

/**
 * @param step the next step, 1-based
 * @throws StudioError `input` before the first RL step, `memory`, `cancelled`
 */
export async function profileTrainer(
  trainer: RlTrainer | SftTrainer,
  step: number,
  options: ProfileOptions,
): Promise<Pick<StepProfile, 'phase' | 'method' | 'kernels' | 'milliseconds'>> {
  const reinforced = trainer instanceof RlTrainer;
  if (reinforced) await trainer.rollouts.settled();
  const { model } = trainer.parts;
  const pieces = reinforced ? await piecesOfRl(trainer) : piecesOfSft(trainer, step);
  const state = [
    model.trained,
    trainer.optimizer.first,
    trainer.optimizer.second,
    ...(reinforced ? [trainer.objective.old] : []),
  ];
  return keeping(model.gpu, state, trainer.optimizer, async () => {
    const kernels: StepKernel[] = [];
    let method: StepProfile['method'] = 'repetition';
    for (const { part, times, shape, work } of pieces) {
      options.signal?.throwIfAborted();
      options.onActivity?.(`timing kernels: ${part}`);
      const profile = await profileDispatches(model.gpu, await captureDispatches(model.gpu, work));
      ({ method } = profile);
      for (const { label, calls, milliseconds } of profile.kernels)
        kernels.push({
          part,
          label,
          calls: calls * times,
          milliseconds: milliseconds * times,
          ...rateOf(model, label, shape, milliseconds),
        });
    }
    kernels.sort((a, b) => b.milliseconds - a.milliseconds);
    return {
      phase: reinforced ? 'rl' : 'sft',
      method,
      kernels,
      milliseconds: kernels.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
    };
  });
}

function rateOf(
  { config, structure }: Model,
  label: string,
  shape: WorkShape,
  milliseconds: number,
): { multiplyAdds?: number } {
  const work = multiplyAddsOf(label, { ...config, gated: structure.gated }, shape);
  return work === undefined || milliseconds <= 0 ? {} : { multiplyAdds: (1000 * work) / milliseconds };
}

const triangle = (length: number) => (length * (length + 1)) / 2;

/** The frozen minibatch represents all minibatches of its step. */
async function piecesOfRl(trainer: RlTrainer): Promise<Piece[]> {
  const { frozen, pass, objective, optimizer, rollouts } = trainer;
  if (!frozen) throw new StudioError('input', 'No RL step has been made.', 'Run at least one RL step first.');
  const { config, task, seed } = trainer.parts;
  const { responses } = frozen;
  const total = (count: (prompt: number, response: number) => number) =>
    responses.reduce((sum, { prompt, tokens }) => sum + count(prompt.length, tokens.length), 0);
  const targets = total((_, response) => response);
  const trained: WorkShape = {
    rows: total((prompt, response) => prompt + response - 1),
    targets,
    pairs: total((prompt, response) => triangle(prompt + response - 1)),
  };
  const problems = Array.from(
    { length: config.prompts },
    (
      (random) => () =>
        task.trainingProblem(random)
    )(stream(seed, 'profile problems')),
  );
  const rollout = () => rollouts.answer(problems, stream(seed, 'profile rollout').uint32(), undefined);
  const answered = await rollout();
  // A group's prompt is prefilled once, without its last token, which the first round of every response reads.
  const prompts = [...new Set(answered.map(({ prompt }) => prompt))];
  const sampled = answered.reduce((sum, { tokens }) => sum + tokens.length, 0);
  const drawn: WorkShape = {
    rows: sampled + prompts.reduce((sum, prompt) => sum + prompt.length - 1, 0),
    targets: sampled,
    pairs:
      answered.reduce(
        (sum, { prompt, tokens }) => sum + triangle(prompt.length + tokens.length - 1) - triangle(prompt.length - 1),
        0,
      ) + prompts.reduce((sum, prompt) => sum + triangle(prompt.length - 1), 0),
  };
  const sequences = trainer.sequences(responses);
  return [
    { part: 'rollout', times: 1, shape: drawn, work: async () => void (await rollout()) },
    {
      part: 'old log-probs',
      times: config.minibatches,
      shape: trained,
      work: () => {
        for (const batch of pass.batch.cut(sequences)) {
          pass.batch.fill(batch);
          pass.load(config.temperature);
          pass.submitForward((encoder) => objective.encodeStoreOldLogprobs(encoder));
        }
      },
    },
    {
      part: 'updates',
      times: config.minibatches * config.epochs,
      shape: trained,
      work: () => {
        optimizer.load(frozen.learningRate);
        submitMinibatch(
          { pass, loss: objective, optimizer },
          sequences,
          { temperature: config.temperature, row: 0, seed: frozen.strategySeed },
          { clearCounts: true, apply: true },
        );
      },
    },
  ];
}

function piecesOfSft(trainer: SftTrainer, step: number): Piece[] {
  const { sequences } = trainer.batchOf(step);
  const total = (count: (length: number, targets: number) => number) =>
    sequences.reduce((sum, { tokens, firstTarget }) => sum + count(tokens.length, tokens.length - firstTarget), 0);
  const shape: WorkShape = {
    rows: total((length) => length - 1),
    targets: total((_, targets) => targets),
    pairs: total((length) => triangle(length - 1)),
  };
  return [{ part: 'updates', times: 1, shape, work: () => void trainer.submit(step) }];
}

/** Copies of buffers, restored when the work ends or fails. */
async function keeping<T>(
  gpu: Gpu,
  buffers: readonly GPUBuffer[],
  optimizer: AdamW,
  work: () => Promise<T>,
): Promise<T> {
  const { updates } = optimizer;
  const copy = (pairs: readonly (readonly [GPUBuffer, GPUBuffer])[]) => {
    const encoder = gpu.device.createCommandEncoder();
    for (const [from, to] of pairs) encoder.copyBufferToBuffer(from, 0, to, 0, from.size);
    gpu.device.queue.submit([encoder.finish()]);
  };
  const kept: GPUBuffer[] = [];
  try {
    await gpu.guarded('a copy of the weights', () => {
      for (const { size, label } of buffers) kept.push(gpu.largeBuffer(`copy of ${label}`, size));
      copy(buffers.map((buffer, i) => [buffer, kept[i] as GPUBuffer]));
    });
    try {
      return await work();
    } finally {
      copy(buffers.map((buffer, i) => [kept[i] as GPUBuffer, buffer]));
      optimizer.updates = updates;
    }
  } finally {
    for (const buffer of kept) gpu.release(buffer);
  }
}

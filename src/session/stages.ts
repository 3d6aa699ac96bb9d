/**
 * The stages of a run, SFT then RL: which one is open, its trainer, and how many of its steps are made. A trainer is
 * created when its stage opens, because it takes memory.
 */
import type { Tuner } from '../gpu/tuner.ts';
import type { Model } from '../model/model.ts';
import type { ScratchArena } from '../model/scratch-arena.ts';
import { RlTrainer } from '../rl/trainer.ts';
import { SftTrainer } from '../sft/trainer.ts';
import type { TaskGrader } from '../tasks/task-grader.ts';
import type { PlannedRun } from './memory-fitting.ts';
import { restoreTrainer, restoreWeights, type TrainingPhase, type TrainingSnapshot } from './training-snapshot.ts';

export interface StageParts {
  run: PlannedRun;
  model: Model;
  tuner: Tuner;
  grader: TaskGrader;
  arena: ScratchArena;
}

export class Stages {
  /** The current stage; undefined when the run is complete. */
  phase: TrainingPhase | undefined;
  /** Completed steps of the current stage. */
  step = 0;
  /** Of the current stage, once it is open. */
  trainer: SftTrainer | RlTrainer | undefined;
  /** The trainer of the last stage once it is done: its state is that of the finished run. */
  finished: SftTrainer | RlTrainer | undefined;

  constructor(private readonly parts: StageParts) {
    const { sft, rl } = parts.run.config;
    this.phase = sft ? 'sft' : rl ? 'rl' : undefined;
  }

  /** Steps of a stage; those of SFT may follow from its epochs. */
  stepsOf(phase: TrainingPhase): number {
    const { examples, config } = this.parts.run;
    return (phase === 'sft' ? examples?.steps : config.rl?.steps) ?? 0;
  }

  /** Steps of the current stage. */
  get steps(): number {
    return this.phase ? this.stepsOf(this.phase) : 0;
  }

  /** Completed steps over all stages. */
  get stepsMade(): number {
    return this.phase === 'sft'
      ? this.step
      : this.stepsOf('sft') + (this.phase === 'rl' ? this.step : this.stepsOf('rl'));
  }

  /** The trainer of an SFT stage with a validation loss. */
  get validating(): SftTrainer | undefined {
    return this.trainer instanceof SftTrainer && this.parts.run.config.sft?.validation ? this.trainer : undefined;
  }

  /** Creates the trainer of the current stage. */
  async open(): Promise<void> {
    const { run, arena, ...rest } = this.parts;
    const { config, examples, task, tokenizer } = run;
    const parts = { ...rest, task, tokenizer, seed: config.seed };
    const memory = {
      sequences: (this.phase && run.memory.sequences[this.phase]) ?? 0,
      recompute: config.memory?.recompute ?? false,
      keepGood: run.memory.keepGood,
      arena,
    };
    if (this.phase === 'sft' && config.sft && examples)
      this.trainer = await SftTrainer.create({ ...parts, examples, config: config.sft, memory });
    if (this.phase === 'rl' && config.rl)
      this.trainer = await RlTrainer.create({ ...parts, config: config.rl, memory });
  }

  /** Ends the current stage; the next one is not open yet. */
  close(): void {
    this.phase = this.phase === 'sft' && this.parts.run.config.rl ? 'rl' : undefined;
    if (this.phase) this.trainer?.destroy();
    else this.finished = this.trainer;
    this.trainer = undefined;
    this.step = 0;
  }

  /** Opens the stage of a saved state, or the one after it where everything of that stage is done. */
  async restore(state: TrainingSnapshot): Promise<void> {
    const { model } = this.parts;
    this.phase = state.phase;
    this.step = state.step;
    restoreWeights(model, state);
    await this.open();
    restoreTrainer(model, this.trainer, state);
    if (this.step < this.steps || state.due?.nextStage) return;
    this.close();
    await this.open();
  }

  destroy(): void {
    this.trainer?.destroy();
    this.finished?.destroy();
  }
}

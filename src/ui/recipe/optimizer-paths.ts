/** Matches the paths of the optimizer's fields beside the learning rate. */
export const optimizerPaths = (stage: 'sft' | 'rl'): RegExp =>
  new RegExp(`^${stage}\\.(schedule|warmup_steps|gradient_clip|weight_decay|min_learning_rate|adam_)`);

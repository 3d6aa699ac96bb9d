import { expect, it } from 'vitest';
import { parseRunConfig } from '../run/config.ts';
import { ModelTask } from '../tasks/model-task.ts';
import { generatedTask } from '../tasks/registry.ts';
import { characterTokenizer } from '../text/character-tokenizer.ts';
import { assertSolutionsFit } from './solution-length.ts';

const addition = generatedTask({ name: 'addition', digits: 2 });
const tokenizer = characterTokenizer(addition.characters ?? []);
const task = await ModelTask.measure({
  task: addition,
  tokenizer,
  vocabularySize: tokenizer.vocabularySize,
  positions: 99,
});
/** Positions of the longest prompt with its solution. */
const NEEDED = task.lengths.prompt + task.lengths.response - 1;

function check(maxPositions: number, model: object, stages: object = { sft: { steps: 1 } }): () => void {
  const config = parseRunConfig({ model, task: { name: 'addition', digits: 2 }, seed: 1, ...stages }, 'test');
  return () => assertSolutionsFit({ config, model: { maxPositions }, task });
}
const KEPT = { checkpoint: 'models/tiny' };
const FRESH = { architecture: { layers: 1, hidden_size: 16, heads: 2, max_positions: 8 } };

it('accepts solutions that fill all positions, and refuses those that take one more', () => {
  expect(check(NEEDED, KEPT)).not.toThrow();
  expect(check(NEEDED - 1, KEPT)).toThrow(
    expect.objectContaining({
      kind: 'input',
      field: 'task.name',
      message: `A prompt with its solution may take ${NEEDED} positions, the model has ${NEEDED - 1}.`,
    }),
  );
});

it('names the field of the positions where the model has new weights', () => {
  expect(check(8, FRESH)).toThrow(
    expect.objectContaining({
      field: 'model.architecture.max_positions',
      advice: expect.stringContaining(`at least ${NEEDED} positions`) as string,
    }),
  );
});

it('leaves runs without SFT to the check of their responses', () => {
  expect(check(1, KEPT, { rl: { steps: 1, prompts: 1, responses: 2, strategy: { name: 'ppo' } } })).not.toThrow();
});

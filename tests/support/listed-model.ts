/** A policy as the list of models shows it. */
import type { PolicyView } from '../../src/views/states.ts';

export const LISTED_MODEL: PolicyView = {
  architecture: 'llama',
  bytes: 16,
  precision: 'F32',
  tokenizer: 'single characters',
  parameters: 4,
  layers: 1,
  hiddenSize: 4,
  heads: 1,
  keyValueHeads: 1,
  vocabularySize: 8,
  maxPositions: 8,
  hasTokenizer: true,
  loraTargets: [],
  description: '',
};

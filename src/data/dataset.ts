/** Placeholder of the branch `data`. */
import type { ChatMessage } from '../text/tokenizer.ts';
import type { Row } from './row.ts';
export interface Example {
  prompt: string | ChatMessage[];
  answer?: string;
  completion?: string;
  messages?: ChatMessage[];
  difficulty?: string;
  key: string;
  row: Row;
}
export interface Loaded {
  training: Example[];
  heldOut: Example[];
  sha256: string;
  rows: number;
  heldOutSha256?: string;
}
export function loadDataset(_file: unknown, _options: unknown): Promise<Loaded> {
  return Promise.reject(new Error('not yet'));
}

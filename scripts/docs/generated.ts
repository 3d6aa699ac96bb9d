/** Generated pages by path from the project's root, each with the function that makes its text. */
import { runConfigDocs } from './run-config.ts';

export const GENERATED_DOCS: Record<string, () => string> = {
  'docs/run-config.md': runConfigDocs,
};

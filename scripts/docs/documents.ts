/** Documents that are generated, by path. tests/docs.test.ts holds the files to them. */
import { metricsDocument } from './metrics.ts';

export const DOCUMENTS: Readonly<Record<string, () => string>> = {
  'docs/metrics.md': metricsDocument,
};

/** Generated pages and configs by path from the project's root, each with the function that generates its text. */
import { CLAIM_DOCS } from '../claims/document.ts';
import { REGIME_DOCS } from '../regimes/document.ts';
import { metricLogsDocument } from './metric-logs.ts';
import { metricsDocument } from './metrics.ts';
import { RECIPE_CONFIGS, recipesDocument } from './recipes.ts';
import { runConfigDocs } from './run-config.ts';

export const GENERATED_DOCS: Record<string, () => string> = {
  'docs/metrics.md': metricsDocument,
  'docs/metric-logs.md': metricLogsDocument,
  'docs/run-config.md': runConfigDocs,
  'docs/recipes.md': recipesDocument,
  ...RECIPE_CONFIGS,
  ...CLAIM_DOCS,
  ...REGIME_DOCS,
};

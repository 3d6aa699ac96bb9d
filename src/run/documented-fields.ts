/** The fields of a RunConfig with those of its lists' entries, for --help and docs/run-config.md. */
import { RunConfig } from './config.ts';
import { fieldsOf, type ConfigField } from './config/fields.ts';

export const DOCUMENTED_FIELDS: readonly ConfigField[] = fieldsOf(RunConfig, { items: true });

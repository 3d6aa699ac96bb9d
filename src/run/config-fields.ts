/** The fields of a RunConfig by path, as the page's recipe shows them. */
import { RunConfig } from './config.ts';
import { fieldsOf, type ConfigField } from './config/fields.ts';

export const CONFIG_FIELDS: readonly ConfigField[] = fieldsOf(RunConfig);

/**
 * @param variant of fields that several alternatives of a union have: the name of the strategy or the task
 * @throws Error where there is none: a misspelt path in code
 */
export function configField(path: string, variant?: string): ConfigField {
  const found = CONFIG_FIELDS.find((one) => one.path === path && (variant === undefined || one.variant === variant));
  if (!found) throw new Error(`RunConfig has no field ${path}${variant === undefined ? '' : ` of ${variant}`}`);
  return found;
}

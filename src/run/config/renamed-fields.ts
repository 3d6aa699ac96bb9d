/** Renamed fields: configs, saved runs, share links, sweeps and gradient batches with old names still load. */
import type { z } from 'zod';

/** Old path to new name, with the new values of old ones if they changed; the field stays in its section. */
type RenamedFields = Readonly<Record<string, string | { name: string; values: ReadonlyMap<unknown, unknown> }>>;

export const RENAMED_FIELDS: RenamedFields = {
  'rl.correction_cap': 'tis_cap',
  'rl.normalize_advantages': {
    name: 'advantage',
    values: new Map([
      [true, 'grpo'],
      [false, 'dr-grpo'],
    ]),
  },
  'compute.products': 'matmul_precision',
};

/** Of the `gradient` command's batch. */
export const RENAMED_BATCH_FIELDS: RenamedFields = { 'params.correction_cap': 'tis_cap' };

/**
 * A config parsed from JSON, with the current names. Field order is kept, and values without old names are returned
 * unchanged.
 *
 * @param onBoth called with the old path where old and new name are both given; the new one counts then
 */
export function withCurrentNames(
  value: unknown,
  renamed: RenamedFields,
  onBoth: (path: string[], name: string) => void = () => undefined,
): unknown {
  return Object.entries(renamed).reduce<unknown>((config, [path, to]) => {
    const { name, values } = typeof to === 'string' ? { name: to, values: undefined } : to;
    const [section = '', old = ''] = path.split('.');
    if (!isRecord(config)) return config;
    const fields = config[section];
    if (!isRecord(fields) || !(old in fields)) return config;
    const both = name in fields;
    if (both) onBoth([section, old], name);
    const entries = Object.entries(fields).flatMap(([key, given]) =>
      key !== old ? [[key, given] as const] : both ? [] : [[name, values?.get(given) ?? given] as const],
    );
    return { ...config, [section]: Object.fromEntries(entries) };
  }, value);
}

/** For `z.preprocess`: current names, and an issue where old and new name are both given. */
export const currentNames =
  (renamed: RenamedFields) =>
  (value: unknown, context: z.RefinementCtx): unknown =>
    withCurrentNames(value, renamed, (path, name) =>
      context.addIssue({
        code: 'custom',
        path,
        message: `the old name of ${name}; expected only ${name}, found both`,
        input: value,
      }),
    );

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Fields of a config that a sweep varies: combinations of their values, their labels, and configs with them set. */
import { z } from 'zod';
import { CONFIG_FIELDS } from '../run/config-fields.ts';
import { numberText } from '../run/config/fields.ts';
import { StrategyConfig, strategyLabel } from '../run/strategies/strategy-config.ts';
import { field } from '../schema/field.ts';

const PATH = /^[a-z_0-9]+(\.[A-Za-z_0-9-]+)*$/;
/** Values of a field up to which a sweep is not a mistake. */
const MOST_VALUES = 64;

/** A value with a label of its own, for values that are long, such as a list of sources. */
const Labelled = z.strictObject({ label: z.string().min(1).max(60), value: z.unknown() });

export const Vary = z
  .record(
    z.string().regex(PATH, { error: 'expected the dotted path of a config field, such as rl.learning_rate' }),
    z.array(z.unknown()).min(1).max(MOST_VALUES),
  )
  .refine((vary) => Object.keys(vary).length > 0, { error: 'expected at least one field, found none' })
  .refine((vary) => !('seed' in vary) && !('name' in vary), {
    error: 'expected fields other than seed and name, which the sweep sets',
  });
export type Vary = z.output<typeof Vary>;

export const Combine = z.enum(['crossed', 'zipped']);
export type Combine = z.output<typeof Combine>;

/** Fields for a schema that has a grid. */
export const VARY_FIELDS = {
  vary: field(Vary.optional(), {
    label: 'Varied fields',
    description:
      'Values by the path of a config field: {"rl.learning_rate": [1e-4, 3e-4], "rl.strategy": ["ppo", {"name": ' +
      '"gppo", "beta1": 0.5}]}. A value may be {"label", "value"}, for a list of sources, for example.',
    absent: 'none',
  }),
  combine: field(Combine.optional(), {
    label: 'Combination',
    description: 'crossed: every value of a field with every value of the others. zipped: first with first, and so on.',
    absent: 'crossed',
  }),
};

/** One combination of values. */
export interface Variant {
  /** For example `learning rate 3e-4`; empty where nothing varies. */
  label: string;
  /** By path. */
  set: Readonly<Record<string, unknown>>;
}

/**
 * All combinations, in the order of the lists, the last field changing fastest.
 *
 * @throws Error with a message for the field `vary`: lists of unequal length where they are zipped
 */
export function variantsOf(vary: Vary | undefined, combine: Combine = 'crossed'): Variant[] {
  const columns = Object.entries(vary ?? {}).map(([path, values]) => values.map((value) => variantOf(path, value)));
  if (combine === 'zipped') {
    const [first] = columns;
    const odd = Object.entries(vary ?? {}).find(([, values]) => values.length !== first?.length);
    if (odd)
      throw new Error(
        `${odd[0]}: expected ${first?.length} values to zip with the first field, found ${odd[1].length}`,
      );
    return (first ?? [NOTHING]).map((_, i) => joined(columns.map((column) => column[i] ?? NOTHING)));
  }
  return columns.reduce<Variant[]>(
    (before, column) => before.flatMap((one) => column.map((next) => joined([one, next]))),
    [NOTHING],
  );
}

const NOTHING: Variant = { label: '', set: {} };

/** @returns a variant with all changes; later ones win */
export const joined = (variants: readonly Variant[]): Variant => ({
  label: variants
    .map(({ label }) => label)
    .filter(Boolean)
    .join(', '),
  set: Object.assign({}, ...variants.map(({ set }) => set)) as Variant['set'],
});

function variantOf(path: string, given: unknown): Variant {
  const labelled = Labelled.safeParse(given);
  if (labelled.success) return { label: labelled.data.label, set: { [path]: strategyIn(path, labelled.data.value) } };
  const value = strategyIn(path, given);
  return { label: valueLabel(path, value), set: { [path]: value } };
}

/** A strategy may be given by its name alone, as everywhere in a sweep. */
const strategyIn = (path: string, value: unknown): unknown =>
  path === 'rl.strategy' && typeof value === 'string' ? { name: value } : value;

function valueLabel(path: string, value: unknown): string {
  if (path === 'rl.strategy') {
    const strategy = StrategyConfig.safeParse(value);
    if (strategy.success) return strategyLabel(strategy.data);
  }
  return `${fieldName(path)} ${valueText(value)}`;
}

/** `learning rate` for rl.learning_rate: the last part of its path, which is how configs and papers call it. */
export const fieldName = (path: string): string => (path.split('.').at(-1) ?? path).replaceAll('_', ' ');

/** Longest text of a value in a label. */
const LONGEST = 40;

export function valueText(value: unknown): string {
  if (value === null || value === false) return 'off';
  if (value === true) return 'on';
  if (typeof value === 'number') return numberText(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** A copy of a config in which fields have other values; objects on the way are added where they are missing. */
export function withFields(config: unknown, set: Variant['set']): unknown {
  return Object.entries(set).reduce((before, [path, value]) => withField(before, path.split('.'), value), config);
}

function withField(config: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(config)) {
    const index = Number(key);
    return config.map((one: unknown, i) => (i === index ? withField(one, rest, value) : one));
  }
  const object = typeof config === 'object' && config !== null ? (config as Record<string, unknown>) : {};
  return { ...object, [key]: withField(object[key], rest, value) };
}

/** Fields that a page can offer to vary: numbers, switches and choices. */
export const VARIED_FIELDS = CONFIG_FIELDS.filter(
  ({ kind, path }) => ['number', 'integer', 'switch', 'choice'].includes(kind) && path !== 'seed',
);

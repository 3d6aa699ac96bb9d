import { z } from 'zod';
import { countOrZero, field } from '../../schema/field.ts';
import { requireFinished, rewardFields } from '../fields.ts';

const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'] as const;
const Json: z.ZodType = z.json();

/** The keywords of JSON Schema that reward `json` knows; any other is refused. */
export interface JsonSchema {
  type?: (typeof TYPES)[number] | (typeof TYPES)[number][];
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean;
  items?: JsonSchema;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
  maxLength?: number;
}

export const JsonSchema: z.ZodType<JsonSchema> = z.lazy(() =>
  z.strictObject({
    type: z.union([z.enum(TYPES), z.array(z.enum(TYPES)).min(1)]).optional(),
    enum: z.array(Json).min(1).optional(),
    const: Json.optional(),
    properties: z.record(z.string(), JsonSchema).optional(),
    required: z.array(z.string()).optional(),
    additionalProperties: z.boolean().optional(),
    items: JsonSchema.optional(),
    minItems: countOrZero.optional(),
    maxItems: countOrZero.optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    exclusiveMinimum: z.number().optional(),
    exclusiveMaximum: z.number().optional(),
    minLength: countOrZero.optional(),
    maxLength: countOrZero.optional(),
  }),
);

export const JsonReward = z.strictObject({
  ...rewardFields('json', 'json: the response is JSON, and matches a schema.'),
  schema: field(JsonSchema.optional(), {
    label: 'Schema',
    description:
      'JSON Schema that the value must match: type, enum, const, properties, required, additionalProperties, items, ' +
      'and bounds of numbers, strings and lists.',
    absent: 'any JSON',
  }),
  code_fence: field(z.boolean().default(false), {
    label: 'In a code fence',
    description: 'On: the JSON may be in a fence of three backticks; the last fence of the response counts.',
  }),
  require_finished: requireFinished(false),
});
export type JsonReward = z.infer<typeof JsonReward>;

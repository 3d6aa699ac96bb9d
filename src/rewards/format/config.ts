import { z } from 'zod';
import { field } from '../../schema/field.ts';
import { rewardFields } from '../fields.ts';

const Tag = z.string().regex(/^[A-Za-z][\w-]*$/, 'expected the name of a tag, such as think');

export const FormatReward = z
  .strictObject({
    ...rewardFields('format', 'format: the response has the required structure of tags, a \\boxed{} answer, or both.'),
    tags: field(z.array(Tag).max(8).default(['think', 'answer']), {
      label: 'Tags',
      description: 'Tags that the response consists of: each once, in this order, with nothing outside of them.',
    }),
    opened: field(z.boolean().default(false), {
      label: 'Prompt opens the first tag',
      description: 'On for prompts that end with the first opening tag, which responses then lack.',
    }),
    boxed: field(z.boolean().default(false), {
      label: 'Boxed answer',
      description: 'Whether the last part (without tags, the response) has exactly one \\boxed{}, which is not empty.',
    }),
  })
  .refine(({ tags, boxed }) => tags.length > 0 || boxed, {
    path: ['tags'],
    error: 'expected at least one tag, or boxed: true',
  })
  .refine(({ tags }) => new Set(tags).size === tags.length, {
    path: ['tags'],
    error: 'expected every tag once',
  });
export type FormatReward = z.infer<typeof FormatReward>;

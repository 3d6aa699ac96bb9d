/** The fields of each reward, from its schema. */
import { RewardConfig } from '../../../rewards/config.ts';
import { fieldsOf, type ConfigField } from '../../../run/config/fields.ts';
import type { CodeProblem } from '../../inputs/CodeEditor.tsx';
import { capital } from '../../../views/capital.ts';

const FIELDS: readonly ConfigField[] = fieldsOf(RewardConfig);

/** Own fields of a reward, in the order of its schema; its name and weight are in its head. */
export const fieldsOfReward = (name: RewardConfig['name']): ConfigField[] =>
  FIELDS.filter(({ variant, path }) => variant === name && path !== 'name' && path !== 'weight');

/** What a reward does, without its name in front. */
export function descriptionOf(name: RewardConfig['name']): string {
  const text = FIELDS.find(({ variant, path }) => variant === name && path === 'name')?.description ?? '';
  return capital(text.slice(text.indexOf(':') + 1).trim());
}

export const weightField = (name: RewardConfig['name']): ConfigField => {
  const found = FIELDS.find(({ variant, path }) => variant === name && path === 'weight');
  if (!found) throw new Error(`reward ${name} has no weight`);
  return found;
};

/** A problem of a source without what its place says: `Line 2: SyntaxError: ...`. */
export function sourceProblem(message: string): string {
  return capital(message.replace(/^rewards: reward custom: (?:source: )?/i, ''));
}

/** A message about a source, on the line that it names; on the first without one. */
export function codeProblems(message: string | undefined): CodeProblem[] {
  if (message === undefined) return [];
  const line = /\bline (\d+)\b/i.exec(message)?.[1];
  return [{ line: Number(line ?? 1), column: 1, message }];
}

/** Advantages of a rollout, which of its responses are used in updates, and the indices of their tokens. */
import type { RlConfig } from '../run/config.ts';
import { advantages } from './advantages.ts';
import type { Response } from './response.ts';

export interface Selection {
  /** Responses used in updates, by group; at most `prompts` groups. */
  groups: Response[][];
  /** Their tokens. */
  tokens: number;
  /** Share of the sampled groups that filter_groups left out. */
  filtered: number;
  /** Share of the sampled responses that overlong_filter left out. */
  overlong: number;
}

type Selecting = Pick<RlConfig, 'prompts' | 'responses' | 'filter_groups' | 'overlong_filter'>;

const groupsOf = (responses: readonly Response[], config: Pick<RlConfig, 'responses'>): Response[][] =>
  Array.from({ length: responses.length / config.responses }, (_, group) =>
    responses.slice(group * config.responses, (group + 1) * config.responses),
  );

/** Sets the advantages of all responses sampled for a step. */
export function setAdvantages(responses: readonly Response[], config: Pick<RlConfig, 'responses' | 'advantage'>): void {
  const groups = groupsOf(responses, config).map((members) => members.map(({ reward }) => reward));
  const values = advantages(groups, config.advantage).flat();
  for (const [i, response] of responses.entries()) response.advantage = values[i] ?? 0;
}

/**
 * Groups that updates can use: without truncated responses under overlong_filter, and under filter_groups without
 * groups whose advantages are all 0.
 *
 * @param endTokens a response that ends with none of them was truncated
 */
export function usableGroups(
  responses: readonly Response[],
  config: Selecting,
  endTokens: readonly number[],
): Response[][] {
  const usable: Response[][] = [];
  for (const members of groupsOf(responses, config)) {
    const kept = config.overlong_filter ? members.filter((member) => !isTruncated(member, endTokens)) : members;
    // A single response has no group to compare with: nothing to learn, filtered or not.
    if (config.filter_groups && kept.every(({ advantage }) => advantage === 0)) continue;
    if (kept.length > 0) usable.push(kept);
  }
  return usable;
}

/**
 * The responses used in updates: the first `prompts` usable groups. Sets the indices of their tokens.
 *
 * @param responses of all batches of a step, with their advantages
 */
export function selectGroups(
  responses: readonly Response[],
  config: Selecting,
  endTokens: readonly number[],
): Selection {
  const usable = usableGroups(responses, config, endTokens);
  const groups = usable.slice(0, config.prompts);
  let tokens = 0;
  for (const member of groups.flat()) {
    member.index = tokens;
    tokens += member.tokens.length;
  }
  const overlong = config.overlong_filter
    ? responses.filter((response) => isTruncated(response, endTokens)).length / responses.length
    : 0;
  return { groups, tokens, filtered: 1 - usable.length / (responses.length / config.responses), overlong };
}

const isTruncated = ({ tokens }: Response, endTokens: readonly number[]): boolean =>
  !endTokens.includes(tokens.at(-1) ?? -1);

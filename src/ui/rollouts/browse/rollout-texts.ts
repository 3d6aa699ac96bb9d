/** Names of what the Rollouts page filters and sorts by. */
import { ZONES } from '../../../run/step-record.ts';
import type { GroupFilter, GroupState, OpenedRollouts, RolloutOrder, ZoneFilter } from '../../../views/rollouts.ts';
import { bytes } from '../../format.ts';
import { ZONE_INFO } from '../../zones.ts';

export const ZONE_FILTERS: Record<ZoneFilter, { title: string; meaning: string }> = {
  ...(Object.fromEntries(ZONES.map((zone) => [zone, ZONE_INFO[zone]])) as Record<
    (typeof ZONES)[number],
    (typeof ZONE_INFO)[(typeof ZONES)[number]]
  >),
  preserved: {
    title: 'preserved',
    meaning: 'Preserved by the strategy: a gradient weight where PPO’s is 0.',
  },
  dropped: { title: 'weight 0', meaning: 'Gradient weight 0: the token does not contribute.' },
};

/** Zones outside the clip range first. */
export const ZONE_ORDER: readonly ZoneFilter[] = [
  'positive-high',
  'negative-low',
  'positive-low',
  'negative-high',
  'preserved',
  'dropped',
  'inside',
];

export const GROUP_TITLES: Record<GroupState, string> = {
  'all-correct': 'all correct',
  'all-incorrect': 'all incorrect',
  mixed: 'some correct',
};
export const GROUP_FILTERS: Record<GroupFilter, string> = { ...GROUP_TITLES, 'zero-advantage': 'zero advantage' };

export const ORDER_TITLES: Record<RolloutOrder, string> = {
  group: 'Group',
  reward: 'Reward',
  advantage: 'Advantage',
  length: 'Length',
  kl: 'KL',
  clipped: 'Clipped share',
};

type Kept = Pick<OpenedRollouts, 'every' | 'bytes' | 'bound' | 'leftOut' | 'responses'>;

/** "every 4th step kept, 3.1 MB of 32 MB" */
export function keptText({ every, bytes: used, bound, leftOut, responses }: Kept): string {
  const which = every === 1 ? 'every step' : every === 2 ? 'every 2nd step' : `every ${every}th step`;
  const part = leftOut > 0 ? `; ${responses - leftOut} of ${responses} responses per step fit` : '';
  return `${which} kept, ${bytes(used)} of ${bound / 1e6} MB${part}`;
}

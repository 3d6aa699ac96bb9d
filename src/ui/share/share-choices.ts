/** What a link may have beside the recipe, and the longest one that is short enough. */
import { codeIn } from '../../run/config-code.ts';
import { linkedRun, POINTS } from '../../sharing/link-curves.ts';
import { linkHash, MOST_LINK, type Shared } from '../../sharing/link.ts';
import type { ToShare } from '../../store/share-dialog.ts';

/** Pages that a link may open, by their fragment. */
export const VIEWS = [
  { value: '', label: 'Train, basic fields' },
  { value: 'advanced', label: 'Train, advanced fields' },
  { value: '#/objective', label: 'Objective' },
  { value: '#/compare', label: 'Compare' },
  { value: '#/compare/race', label: 'Compare, race' },
  { value: '#/playground', label: 'Playground' },
  { value: '#/runs', label: 'Runs' },
  { value: '#/learn', label: 'Learn' },
] as const;
export type ViewChoice = (typeof VIEWS)[number]['value'];

export interface MadeLink {
  address: string;
  /** What it has, in words. */
  carries: string[];
  /** Why curves that were asked for are left out. */
  leftOut: string | undefined;
}

/** @param base the page's address without its fragment */
export function linkOf({ config, run }: ToShare, view: ViewChoice, withCurves: boolean, base: string): MadeLink {
  const shared: Shared = {
    config,
    ...(view === '' || view === 'advanced' ? { fields: view || 'basic' } : { view }),
  };
  const code = codeIn(config);
  const carries = [
    `recipe “${config.name}”`,
    `seed ${config.seed}`,
    ...(code.length === 0 ? [] : [code.map(({ kind }) => `custom ${kind} (asks before it is used)`).join(', ')]),
    `view: ${VIEWS.find(({ value }) => value === view)?.label ?? 'Train'}`,
  ];
  const plain = base + linkHash(shared);
  if (!run || !withCurves) return { address: plain, carries, leftOut: undefined };
  for (const points of POINTS) {
    const linked = linkedRun(run.about, run.records, points);
    const address = base + linkHash({ ...shared, run: linked });
    if (address.length > MOST_LINK) continue;
    return {
      address,
      carries: [...carries, `${linked.curves.length} curves of “${run.about.name}”, at most ${points} points each`],
      leftOut: undefined,
    };
  }
  return {
    address: plain,
    carries,
    leftOut: `The curves are left out: with them the link would exceed ${MOST_LINK} characters.`,
  };
}

/**
 * Parts of the page that are loaded when first shown, so that Train is ready early: pages, dialogs, the drawing of
 * charts.
 */
import { lazy, type ComponentProps, type ComponentType, type LazyExoticComponent } from 'react';

const LOADERS = {
  objective: async () => (await import('./objective/ObjectivePage.tsx')).ObjectivePage,
  compare: async () => (await import('./compare/ComparePage.tsx')).ComparePage,
  playground: async () => (await import('./playground/PlaygroundPage.tsx')).PlaygroundPage,
  models: async () => (await import('./models/ModelsPage.tsx')).ModelsPage,
  runs: async () => (await import('./runs/RunsPage.tsx')).RunsPage,
  learn: async () => (await import('./learn/LearnPage.tsx')).LearnPage,
  'what-if': async () => (await import('./what-if/WhatIfPanel.tsx')).WhatIfPanel,
  'offered-strategy': async () => (await import('./OfferedStrategy.tsx')).OfferedStrategy,
  notices: async () => (await import('./Notices.tsx')).Notices,
  lines: async () => (await import('./charts/plots.ts')).Lines,
  'chart-tools': async () => (await import('./charts/plots.ts')).ChartTools,
  'full-screen-chart': async () => (await import('./charts/FullScreenChart.tsx')).FullScreenChart,
  'mass-areas': async () => (await import('./charts/plots.ts')).MassAreas,
} satisfies Record<string, () => Promise<ComponentType<never>>>;

export type PartName = keyof typeof LOADERS;
export type PartProps<Name extends PartName> = ComponentProps<Awaited<ReturnType<(typeof LOADERS)[Name]>>> & object;
/** Which properties belong to which part is checked where one is shown (OnDemand.tsx). */
type Part = LazyExoticComponent<ComponentType<object>>;

const parts = new Map<PartName, Part>();

export function partOf(name: PartName): Part {
  const load = LOADERS[name] as () => Promise<ComponentType<object>>;
  const part: Part = parts.get(name) ?? lazy(async () => ({ default: await load() }));
  parts.set(name, part);
  return part;
}

/** After a failure: `lazy` keeps it, so the next attempt needs another one. */
export const forgetPart = (name: PartName): boolean => parts.delete(name);

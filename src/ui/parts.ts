/**
 * Parts of the page that are loaded when first shown, so that Train is ready early: pages, dialogs, the drawing of
 * charts.
 */
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';

const LOADERS = {
  objective: async () => (await import('./objective/ObjectivePage.tsx')).ObjectivePage,
  compare: async () => (await import('./compare/ComparePage.tsx')).ComparePage,
  playground: async () => (await import('./playground/PlaygroundPage.tsx')).PlaygroundPage,
  models: async () => (await import('./models/ModelsPage.tsx')).ModelsPage,
  runs: async () => (await import('./runs/RunsPage.tsx')).RunsPage,
  learn: async () => (await import('./learn/LearnPage.tsx')).LearnPage,
  'what-if': async () => (await import('./what-if/WhatIfPanel.tsx')).WhatIfPanel,
  'offered-strategy': async () => (await import('./OfferedStrategy.tsx')).OfferedStrategy,
} satisfies Record<string, () => Promise<ComponentType>>;

export type PartName = keyof typeof LOADERS;

const parts = new Map<PartName, LazyExoticComponent<ComponentType>>();

export function partOf(name: PartName): LazyExoticComponent<ComponentType> {
  const part = parts.get(name) ?? lazy(async () => ({ default: await LOADERS[name]() }));
  parts.set(name, part);
  return part;
}

/** After a failure: `lazy` keeps it, so the next attempt needs another one. */
export const forgetPart = (name: PartName): boolean => parts.delete(name);

import { lazy, Suspense, useEffect } from 'react';
import { openStudio } from '../store/open-studio.ts';
import { usePage } from '../store/page-store.ts';
import { useRun } from '../store/run-store.ts';
import { AlarmList } from './AlarmList.tsx';
import { DropArea } from './DropArea.tsx';
import { ErrorBanner } from './ErrorBanner.tsx';
import { NoWebGpu } from './NoWebGpu.tsx';
import { TopBar } from './TopBar.tsx';
import { ComparePage } from './compare/ComparePage.tsx';
import { ModelsPage } from './models/ModelsPage.tsx';
import { ObjectivePage } from './objective/ObjectivePage.tsx';
import { DiscardDialog } from './run/DiscardDialog.tsx';
import { PreparingStrip } from './run/PreparingStrip.tsx';
import { useRunNotices } from './run/use-run-notices.ts';
import { OfferedRecipe } from './OfferedRecipe.tsx';
import { WhatIfPanel } from './what-if/WhatIfPanel.tsx';
import { ChartGrid } from './charts/ChartGrid.tsx';
import { RecipePanel } from './recipe/RecipePanel.tsx';
import { RolloutPanel } from './rollouts/RolloutPanel.tsx';
import { useShortcuts } from './use-shortcuts.ts';

/** Loaded when first shown. */
const PlaygroundPage = lazy(() =>
  import('./playground/PlaygroundPage.tsx').then((module) => ({ default: module.PlaygroundPage })),
);
const LearnPage = lazy(() => import('./learn/LearnPage.tsx').then((module) => ({ default: module.LearnPage })));
const RunsPage = lazy(() => import('./runs/RunsPage.tsx').then((module) => ({ default: module.RunsPage })));

/** All pages of the studio under one top bar. */
export function App() {
  const place = usePage((page) => page.place);
  const unavailable = useRun((run) => run.unavailable);
  useEffect(() => void openStudio(), []);
  useShortcuts();
  useRunNotices();
  if (unavailable && place !== 'learn') return <NoWebGpu error={unavailable} />;
  return (
    <div className="studio">
      <TopBar />
      {place === 'train' && <TrainPage />}
      {place === 'objective' && <ObjectivePage />}
      {place === 'compare' && <ComparePage />}
      {place === 'playground' && (
        <Suspense fallback={<main className="page" aria-busy />}>
          <PlaygroundPage />
        </Suspense>
      )}
      {place === 'models' && <ModelsPage />}
      {place === 'runs' && (
        <Suspense fallback={<main className="page" aria-busy />}>
          <RunsPage />
        </Suspense>
      )}
      {place === 'learn' && (
        <Suspense fallback={<main className="page" aria-busy />}>
          <LearnPage />
        </Suspense>
      )}
      <OfferedRecipe />
      <DiscardDialog />
      <WhatIfPanel />
      <DropArea />
    </div>
  );
}

function TrainPage() {
  return (
    <>
      <aside className="side left" aria-label="Recipe">
        <RecipePanel />
      </aside>
      <div className="work" tabIndex={-1}>
        <main className="middle" tabIndex={0} aria-label="Charts">
          <PreparingStrip />
          <ErrorBanner />
          <AlarmList />
          <ChartGrid />
        </main>
        <aside className="side right" aria-label="Rollouts">
          <RolloutPanel />
        </aside>
      </div>
    </>
  );
}

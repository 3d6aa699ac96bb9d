import { useEffect } from 'react';
import { useRun } from '../store/run-store.ts';
import { DropArea } from './DropArea.tsx';
import { ErrorBanner } from './ErrorBanner.tsx';
import { NoWebGpu } from './NoWebGpu.tsx';
import { TopBar } from './TopBar.tsx';
import { ChartGrid } from './charts/ChartGrid.tsx';
import { RecipePanel } from './recipe/RecipePanel.tsx';
import { RolloutPanel } from './rollouts/RolloutPanel.tsx';
import { useShortcuts } from './use-shortcuts.ts';

/** React's development mode mounts twice; the worker is opened once. */
let opened = false;

/** The Train page. */
export function App() {
  const unavailable = useRun((run) => run.unavailable);
  useEffect(() => {
    if (opened) return;
    opened = true;
    void useRun.getState().open();
  }, []);
  useShortcuts();
  if (unavailable) return <NoWebGpu error={unavailable} />;
  return (
    <div className="studio">
      <TopBar />
      <aside className="side left" aria-label="Recipe">
        <RecipePanel />
      </aside>
      <div className="work" tabIndex={-1}>
        <main className="middle" tabIndex={0} aria-label="Charts">
          <ErrorBanner />
          <ChartGrid />
        </main>
        <aside className="side right" aria-label="Rollouts">
          <RolloutPanel />
        </aside>
      </div>
      <DropArea />
    </div>
  );
}
